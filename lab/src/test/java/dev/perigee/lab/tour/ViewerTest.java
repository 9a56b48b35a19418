package dev.perigee.lab.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.perigee.lab.link.DnsResponder;
import dev.perigee.lab.link.Link;
import dev.perigee.lab.link.LinkProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The measuring viewer against real TLS servers over links; only lower bounds on time. */
@Timeout(60)
class ViewerTest {
    private static final int BYTES = 150_000;
    private static final Duration ROUND_TRIP = Duration.ofMillis(40);
    private static final LinkProfile FAR = LinkProfile.of(ROUND_TRIP, LinkProfile.UNLIMITED);

    @TempDir
    Path folder = Path.of(".");

    private static void serve(HttpServer server, ExecutorService threads) {
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("X-Cache", "Hit from cloudfront");
            exchange.sendResponseHeaders(200, BYTES);
            try (var body = exchange.getResponseBody()) {
                body.write(new byte[BYTES]);
            }
        });
        server.start();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private ViewerTls trust(TestAuthority authority) throws Exception {
        Path pem = folder.resolve("ca.pem");
        authority.write(pem);
        return ViewerTls.trusting(pem);
    }

    @Test
    void everyPhaseOfANewConnectionCostsItsRoundTrips() throws Exception {
        TestAuthority authority = new TestAuthority();
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.server("d1.cloudfront.localhost")));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                DnsResponder dns = DnsResponder.open(Duration.ofMillis(10));
                Link link = Link.open(FAR, server.getAddress(), Link.Opening.CONNECT)) {
            serve(server, threads);
            Viewer viewer = new Viewer(link.address(), dns.address(), trust(authority), "d1.cloudfront.localhost", 443);
            Viewer.Measured measured = viewer.fetch("/photo.jpg");
            server.stop(0);
            assertEquals(200, measured.answer().status());
            assertEquals(BYTES, measured.answer().bytes());
            assertTrue(measured.answer().hit());
            Timing timing = measured.timing();
            assertTrue(timing.dnsMs() >= 9, timing.toString());
            assertTrue(timing.tcpMs() >= 39, timing.toString());
            assertTrue(timing.tlsMs() >= 39, timing.toString());
            assertTrue(timing.firstByteMs() >= 39, timing.toString());
            assertTrue(timing.downloadMs() >= 60, timing.toString());
            assertTrue(timing.totalMs() >= 190, timing.toString());
        }
    }

    @Test
    void aSessionSendsRequestAfterRequestThroughTheTlsFront() throws Exception {
        TestAuthority authority = new TestAuthority();
        HttpServer server = HttpServer.create(anyPort(), 0);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                TlsFront front = TlsFront.open(authority.server("*.s3.amazonaws.com"), server.getAddress());
                DnsResponder dns = DnsResponder.open(Duration.ZERO);
                Link link = Link.open(LinkProfile.NONE, front.address(), Link.Opening.CONNECT)) {
            serve(server, threads);
            Viewer viewer = new Viewer(link.address(), dns.address(), trust(authority), "b.s3.amazonaws.com", 443);
            try (Viewer.Session session = viewer.open()) {
                for (int i = 0; i < 20; i++) {
                    assertEquals(BYTES, session.get("/" + i).bytes());
                }
            }
            assertEquals(BYTES, viewer.fetch("/again").answer().bytes());
            server.stop(0);
        }
    }

    @Test
    void aCertificateForAnotherNameOrByAnotherAuthorityIsRefused() throws Exception {
        TestAuthority authority = new TestAuthority();
        try (TlsFront front = TlsFront.open(authority.server("d1.cloudfront.localhost"), anyPort());
                DnsResponder dns = DnsResponder.open(Duration.ZERO);
                Link link = Link.open(LinkProfile.NONE, front.address(), Link.Opening.CONNECT)) {
            Viewer wrongName =
                    new Viewer(link.address(), dns.address(), trust(authority), "d2.cloudfront.localhost", 443);
            assertThrows(SSLException.class, () -> wrongName.fetch("/"));
            ViewerTls other = trust(new TestAuthority());
            Viewer wrongAuthority = new Viewer(link.address(), dns.address(), other, "d1.cloudfront.localhost", 443);
            IOException refusal = assertThrows(SSLException.class, () -> wrongAuthority.fetch("/"));
            assertTrue(Objects.requireNonNull(refusal.getMessage()).contains("PKIX"), refusal.getMessage());
        }
    }
}
