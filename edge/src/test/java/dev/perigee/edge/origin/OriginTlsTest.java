package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Origin;
import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import dev.perigee.edge.origin.OriginFailure.Untrusted;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class OriginTlsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private final X509Bundle root = issue("CN=Test Root", null);

    private static X509Bundle issue(String subject, @Nullable X509Bundle issuer, String... names) {
        try {
            var builder = new CertificateBuilder().subject(subject).ecp256();
            for (String name : names) builder.addSanDnsName(name);
            return issuer == null
                    ? builder.setIsCertificateAuthority(true).buildSelfSigned()
                    : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLServerSocket listener(X509Bundle certificate, String... protocols) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
            var socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
            if (protocols.length > 0) socket.setEnabledProtocols(protocols);
            return socket;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static OriginOutcome ask(Fixture fixture, int port, String serverName, String... protocols) {
        return ask(fixture, port, serverName, null, List.of(protocols));
    }

    private static OriginOutcome ask(
            Fixture fixture, int port, String serverName, Origin.@Nullable Names names, List<String> protocols) {
        var origin = Origin.builder("o", "127.0.0.1")
                .httpPort(port)
                .httpsPort(port)
                .protocolPolicy(Origin.ProtocolPolicy.HTTPS_ONLY)
                .sslProtocols(protocols)
                .connectionAttempts(2)
                .connectTimeout(1)
                .readTimeout(1)
                .keepaliveTimeout(1)
                .names(names)
                .build();
        var request = new OriginRequest("GET", "/", Fields.of("Host", "origin.test"), true, serverName);
        return fixture.client.exchange(origin, request, null);
    }

    @Test
    void aTrustedOriginIsAskedAndItsConnectionUsedAgain() throws IOException {
        var names = new AtomicReference<>("");
        try (var fixture = Fixture.trusting(root.getCertificate());
                var origin = ScriptedOrigin.start(listener(issue("CN=o", root, "origin.test")), peer -> {
                    while (peer.readHead() != null) {
                        var session = (ExtendedSSLSession) ((SSLSocket) peer.socket()).getSession();
                        names.set(session.getProtocol() + session.getRequestedServerNames());
                        peer.send(OK);
                    }
                })) {
            for (int i = 0; i < 3; i++) {
                assertEquals("hi", Fixture.text(ask(fixture, origin.port(), "origin.test", "TLSv1.2")));
                Fixture.await("given back", () -> fixture.client.inUse() == 0);
            }
            assertEquals(1, origin.accepted());
            assertTrue(names.get().contains("TLSv1.3") && names.get().contains("origin.test"), names.get());
        }
    }

    @ParameterizedTest(name = "certificate for {0}, name {1}, root trusted {2}, expired {3} -> answers {4}")
    @CsvSource({
        "origin.test, origin.test, true, false, true",
        "origin.test, other.test, true, false, false",
        "origin.test, a.origin.test, true, false, false",
        "origin.test, origin.test, false, false, false",
        "origin.test, origin.test, true, true, false",
    })
    void theCertificateMustBeTrustedAndNameTheOrigin(
            String certified, String asked, boolean trusted, boolean expired, boolean answers) throws Exception {
        var builder = new CertificateBuilder().subject("CN=o").ecp256().addSanDnsName(certified);
        if (expired) {
            builder.notBefore(Instant.now().minus(Duration.ofDays(9)))
                    .notAfter(Instant.now().minus(Duration.ofDays(1)));
        }
        try (var fixture = trusted ? Fixture.trusting(root.getCertificate()) : Fixture.start();
                var origin = ScriptedOrigin.start(listener(builder.buildIssuedBy(root)), peer -> {
                    peer.readHead();
                    peer.send(OK);
                })) {
            OriginOutcome outcome = ask(fixture, origin.port(), asked, "TLSv1.2");
            if (answers) assertEquals("hi", Fixture.text(outcome));
            else assertInstanceOf(Untrusted.class, Fixture.failure(outcome));
            assertEquals(answers ? 1 : 0, fixture.client.requestsSent());
        }
    }

    @ParameterizedTest(name = "certificate for {0}, allowed {1}, root trusted {2} -> answers {3}")
    @CsvSource({
        "other.test, other.test, true, true",
        "Other.test, a.test other.test, true, true",
        "a.other.test, *.other.test, true, true",
        // The name in SNI does no longer.
        "origin.test, other.test, true, false",
        "a.b.other.test, *.other.test, true, false",
        "other.test, *.other.test, true, false",
        "other.test, other.test, false, false",
    })
    void anAllowedNameStandsForTheOthers(String certified, String allowed, boolean trusted, boolean answers)
            throws IOException {
        var names = new Origin.Names(null, null, List.of(allowed.split(" ")));
        try (var fixture = trusted ? Fixture.trusting(root.getCertificate()) : Fixture.start();
                var origin = ScriptedOrigin.start(listener(issue("CN=o", root, certified)), peer -> {
                    while (peer.readHead() != null) peer.send(OK);
                })) {
            OriginOutcome outcome = ask(fixture, origin.port(), "origin.test", names, List.of("TLSv1.2"));
            if (answers) {
                assertEquals("hi", Fixture.text(outcome));
                Fixture.await("given back", () -> fixture.client.inUse() == 0);
                // Its connection is not for those who want the usual names.
                assertInstanceOf(
                        Untrusted.class, Fixture.failure(ask(fixture, origin.port(), "origin.test", "TLSv1.2")));
            } else {
                assertInstanceOf(Untrusted.class, Fixture.failure(outcome));
            }
            assertEquals(answers ? 1 : 0, fixture.client.requestsSent());
        }
    }

    @ParameterizedTest(name = "certificate for {0}, allowed {1} -> {2}")
    @CsvSource({
        "*.other.test, a.other.test, true",
        "*.other.test, *.other.test, true",
        "*.other.test, a.b.other.test, false",
        "*.other.test, other.test, false",
        "*.b.other.test, *.other.test, false",
        "*.test, *.other.test, false",
    })
    void anAsteriskOfACertificateStandsForOneLabel(String certified, String allowed, boolean wanted) {
        assertEquals(wanted, OriginTls.isWanted(certified, List.of(allowed)));
    }

    @ParameterizedTest(name = "origin allows {0}, server speaks {1} -> {2}")
    @CsvSource({
        "TLSv1.2, TLSv1.2, true",
        "TLSv1.2, TLSv1.3, true",
        "TLSv1.1, TLSv1.2, false",
        "TLSv1, TLSv1.3, false",
        "SSLv3, TLSv1.3, false",
    })
    void protocolsAreThoseOfTheOrigin(String allowed, String spoken, boolean answers) throws IOException {
        try (var fixture = Fixture.trusting(root.getCertificate());
                var origin = ScriptedOrigin.start(listener(issue("CN=o", root, "origin.test"), spoken), peer -> {
                    peer.readHead();
                    peer.send(OK);
                })) {
            OriginOutcome outcome = ask(fixture, origin.port(), "origin.test", allowed);
            if (answers) assertEquals("hi", Fixture.text(outcome));
            else assertInstanceOf(Untrusted.class, Fixture.failure(outcome));
        }
    }

    @Test
    void contentWithoutLengthNeedsCloseNotify() throws IOException {
        try (var fixture = Fixture.trusting(root.getCertificate());
                var origin = ScriptedOrigin.start(listener(issue("CN=o", root, "origin.test")), peer -> {
                    peer.readHead();
                    peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
                })) {
            assertEquals("hello", Fixture.text(ask(fixture, origin.port(), "origin.test", "TLSv1.2")));
        }
        // A proxy between the two cuts TCP after the content, without TLS's word for it.
        try (var fixture = Fixture.trusting(root.getCertificate());
                var cut = new CutTls(listener(issue("CN=o", root, "origin.test")), "HTTP/1.1 200 OK\r\n\r\nhello")) {
            Collected sink = Fixture.collect(ask(fixture, cut.port(), "origin.test", "TLSv1.2"));
            assertEquals("hello", sink.text());
            assertEquals(new Broken(Phase.BODY, "TLS connection cut without close_notify"), sink.end());
        }
    }

    @Test
    void aServerWithoutTlsIsNotTrusted() throws IOException {
        try (var fixture = Fixture.trusting(root.getCertificate());
                var origin = ScriptedOrigin.start(peer -> {
                    peer.read(1);
                    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                })) {
            assertInstanceOf(Untrusted.class, Fixture.failure(ask(fixture, origin.port(), "origin.test", "TLSv1.2")));
        }
    }

    @Test
    void aSilentHandshakeIsBoundedByTheConnectTimeout() throws IOException {
        try (var fixture = Fixture.trusting(root.getCertificate());
                var origin = ScriptedOrigin.start(new ServerSocket(), ScriptedOrigin.Peer::readToEnd)) {
            long start = System.nanoTime();
            assertEquals(
                    new TimedOut(Phase.CONNECT),
                    Fixture.failure(ask(fixture, origin.port(), "origin.test", "TLSv1.2")));
            assertEquals(2, origin.accepted());
            assertTrue(Fixture.since(start).toMillis() < 6000);
        }
    }

    @Test
    void nothingSpeaksSslv3() {
        assertThrows(SSLException.class, () -> new OriginTls(List.of()).context(List.of("SSLv3"), null, false, true));
    }
}
