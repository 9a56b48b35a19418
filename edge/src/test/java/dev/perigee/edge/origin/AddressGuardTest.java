package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.perigee.edge.origin.OriginFailure.Forbidden;
import dev.perigee.edge.origin.OriginFailure.Unresolved;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AddressGuardTest {
    @ParameterizedTest(name = "{0} allowed: {1}")
    @CsvSource({
        "127.0.0.1, false",
        "127.255.255.254, false",
        "0.0.0.0, false",
        "0.1.2.3, false",
        "169.254.169.254, false",
        "169.254.0.1, false",
        "224.0.0.1, false",
        "239.255.255.255, false",
        "240.0.0.1, false",
        "255.255.255.255, false",
        "::1, false",
        "::, false",
        "fe80::1, false",
        "febf::1, false",
        "ff02::1, false",
        "::ffff:127.0.0.1, false",
        "::ffff:169.254.169.254, false",
        "::127.0.0.1, false",
        "64:ff9b::7f00:1, false",
        "64:ff9b::a9fe:a9fe, false",
        "2002:7f00:1::, false",
        "2002:a9fe:a9fe::1, false",
        "fd00:ec2::254, false",
        "10.0.0.1, true",
        "172.16.0.1, true",
        "192.168.1.1, true",
        "100.64.0.1, true",
        "93.184.215.14, true",
        "fd12:3456:789a::1, true",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c, true",
        "64:ff9b::5db8:d70e, true",
        "2002:5db8:d70e::1, true",
        "::ffff:10.0.0.1, true",
    })
    void judgesAddresses(String address, boolean allowed) throws IOException {
        assertEquals(allowed, AddressGuard.allows(InetAddress.getByName(address)));
    }

    @ParameterizedTest(name = "with origins on this machine: {0} -> {1}")
    @CsvSource({
        "127.0.0.1, true",
        "::1, true",
        "169.254.169.254, false",
        "fe80::1, false",
        "0.0.0.0, false",
        "10.0.0.1, true"
    })
    void originsOnThisMachineDoNotOpenTheMetadataService(String address, boolean allowed) throws IOException {
        assertEquals(allowed, AddressGuard.allows(InetAddress.getByName(address), true));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"127.0.0.1", "localhost", "127.1", "2130706433", "[::1]", "::ffff:7f00:1", "0.0.0.0"})
    void noSpellingOfLoopbackReachesTheEdgeItself(String host) throws IOException {
        try (var fixture = Fixture.guarded();
                var origin = ScriptedOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")) {
            OriginFailure failure = Fixture.failure(fixture.client.exchange(
                    Fixture.origin(host, origin.port(), 1, 1, 0), Fixture.request("GET"), null));
            if (!(failure instanceof Unresolved)) assertInstanceOf(Forbidden.class, failure);
            assertEquals(0, origin.accepted());
        }
    }

    @Test
    void aRouteOfTheConfigurationMayLeadToLoopback() throws IOException {
        try (var fixture = Fixture.guarded();
                var origin = ScriptedOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")) {
            fixture.routes.put(new OriginRoutes.Route(
                    "*.s3.amazonaws.com",
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), origin.port()),
                    false));
            OriginOutcome outcome = fixture.client.exchange(
                    Fixture.origin("Bucket.s3.amazonaws.com", 443, 1, 1, 0), Fixture.request("GET"), null);
            assertEquals("hi", Fixture.text(outcome));
            // The route opens the name, not the address.
            assertInstanceOf(Forbidden.class, Fixture.failure(fixture.get(origin.port())));
        }
    }

    @Test
    void aNameThatDoesNotResolve() {
        try (var fixture = Fixture.start()) {
            assertEquals(
                    new Unresolved("does-not-exist.invalid"),
                    Fixture.failure(fixture.client.exchange(
                            Fixture.origin("does-not-exist.invalid", 80, 1, 1, 0), Fixture.request("GET"), null)));
        }
    }
}
