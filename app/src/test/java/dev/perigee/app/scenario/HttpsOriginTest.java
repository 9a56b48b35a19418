package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Developer guide, "Require HTTPS for communication between CloudFront and your custom origin". */
class HttpsOriginTest {
    private static final String ORIGIN = "localhost";
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Perigee test origins");
    private static final TestCertificate CERTIFIED = AUTHORITY.issue(ORIGIN);

    /** An origin with this certificate, at an edge that trusts the authority above. */
    private static ScriptedOrigin secure(ScenarioEdge edge, ManualClock clock, TestCertificate certificate) {
        edge.trustForOrigins(AUTHORITY.certificate());
        return ScriptedOrigin.start(clock, certificate.listener(null));
    }

    @Scenario
    void httpsOnlyIsHttpsForEveryViewer(ScenarioEdge edge, ManualClock clock) {
        try (ScriptedOrigin origin = secure(edge, clock, CERTIFIED)) {
            edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.https(ORIGIN, origin.port()))));
            origin.on("GET", "/*").reply(200, maxAge(60), body("secret"));
            expect(edge.viewer().get("/a")).status(200).body("secret").miss();
            expect(edge.tlsViewer().get("/a")).status(200).body("secret").hit();
            expect(edge.tlsViewer().get("/b")).status(200).body("secret").miss();
            assertEquals(
                    List.of("TLSv1.3 localhost"),
                    List.copyOf(origin.tlsSessions()).subList(0, 1));
            assertEquals(ORIGIN, origin.requests("/a").getFirst().header("Host"));
        }
    }

    /** "If you choose Match Viewer, CloudFront caches the object only once", whichever protocol was used. */
    @Scenario
    void matchViewerFollowsTheViewerAndStoresOnce(ScenarioEdge edge, ScriptedOrigin clear, ManualClock clock) {
        try (ScriptedOrigin secure = secure(edge, clock, CERTIFIED)) {
            edge.serve(distribution(clear).byDefault(b -> b.origin(o -> o.matchViewer(secure.port()))));
            clear.on("GET", "/*").reply(200, maxAge(60), body("clear"));
            secure.on("GET", "/*").reply(200, maxAge(60), body("secure"));
            expect(edge.viewer().get("/a")).status(200).body("clear").miss();
            expect(edge.tlsViewer().get("/a")).status(200).body("clear").hit();
            expect(edge.tlsViewer().get("/b")).status(200).body("secure").miss();
            expect(edge.viewer().get("/b")).status(200).body("secure").hit();
        }
    }

    private enum Distrusted {
        OTHER_NAME {
            @Override
            TestCertificate certificate() {
                return AUTHORITY.issue("other.test");
            }
        },
        SUBDOMAIN_OF_THE_NAME {
            @Override
            TestCertificate certificate() {
                return AUTHORITY.issue("*.localhost");
            }
        },
        NO_NAME {
            @Override
            TestCertificate certificate() {
                return AUTHORITY.issue();
            }
        },
        EXPIRED {
            @Override
            TestCertificate certificate() {
                return AUTHORITY.issueExpired(ORIGIN);
            }
        },
        SELF_SIGNED {
            @Override
            TestCertificate certificate() {
                return TestCertificate.authority(ORIGIN);
            }
        },
        OF_AN_UNKNOWN_AUTHORITY {
            @Override
            TestCertificate certificate() {
                return TestCertificate.authority("Unknown").issue(ORIGIN);
            }
        };

        abstract TestCertificate certificate();
    }

    @ParameterizedTest
    @EnumSource
    @ExtendWith(ScenarioExtension.class)
    void aCertificateThatCannotBeTrustedIs502(Distrusted how, ScenarioEdge edge, ManualClock clock) {
        try (ScriptedOrigin origin = secure(edge, clock, how.certificate())) {
            edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.https(ORIGIN, origin.port()))));
            origin.on("GET", "/*").reply(200, maxAge(60), body("not to be shown"));
            expect(edge.viewer().get("/a"))
                    .status(502)
                    .error()
                    .header("X-Cache", "Error from cloudfront")
                    .bodyContains(
                            "CloudFront attempted to establish a connection with the origin, but either the attempt"
                                    + " failed or the origin closed the connection.");
            origin.expectRequests(0);
        }
    }

    @Scenario
    void anOriginInClearTextIsNoHttpsOrigin(ScenarioEdge edge, ScriptedOrigin clear) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin()) {
            edge.serve(distribution(clear).byDefault(b -> b.origin(o -> o.https(ORIGIN, origin.port()))));
            var answer = edge.viewer().get("/a");
            try (TunnelPeer asked = origin.next()) {
                asked.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
                expect(answer).status(502).error();
            }
        }
    }

    @ParameterizedTest(name = "OriginSslProtocols {0}, the origin speaks {1} -> {2}")
    @CsvSource({"TLSv1.2, TLSv1.2, 200", "TLSv1.2, TLSv1.3, 200", "TLSv1.1, TLSv1.2, 502", "SSLv3, TLSv1.2, 502"})
    @ExtendWith(ScenarioExtension.class)
    void protocolsAreThoseOfTheOrigin(String allowed, String spoken, int status, ScenarioEdge edge, ManualClock clock) {
        var listener = CERTIFIED.listener(null);
        listener.setEnabledProtocols(new String[] {spoken});
        edge.trustForOrigins(AUTHORITY.certificate());
        try (ScriptedOrigin origin = ScriptedOrigin.start(clock, listener)) {
            edge.serve(distribution(origin)
                    .byDefault(b -> b.origin(o -> o.https(ORIGIN, origin.port()).sslProtocols(allowed))));
            origin.on("GET", "/a").reply(200, maxAge(60), body("x"));
            expect(edge.viewer().get("/a")).status(status);
            if (status == 200) assertEquals(List.of(spoken + " localhost"), origin.tlsSessions());
        }
    }

    /** SNI is the viewer's Host where that is forwarded, and the certificate has to be for it or for the origin's name. */
    @ParameterizedTest(name = "certificate for {0}, Host forwarded {1} -> {2}")
    @CsvSource({
        HOST + ", true, 200",
        ORIGIN + ", true, 200",
        "other.test, true, 502",
        HOST + ", false, 502",
        ORIGIN + ", false, 200",
    })
    @ExtendWith(ScenarioExtension.class)
    void aForwardedHostIsInSni(String certified, boolean forwarded, int status, ScenarioEdge edge, ManualClock clock) {
        try (ScriptedOrigin origin = secure(edge, clock, AUTHORITY.issue(certified))) {
            edge.serve(distribution(origin).byDefault(b -> {
                b.origin(o -> o.https(ORIGIN, origin.port()));
                if (forwarded) b.forwardAll();
            }));
            origin.on("GET", "/a").reply(200, maxAge(60), body("x"));
            expect(edge.viewer().get("/a")).status(status);
            if (status != 200) return;
            String name = forwarded ? HOST : ORIGIN;
            assertEquals(List.of("TLSv1.3 " + name), origin.tlsSessions());
            assertEquals(name, origin.lastRequest().header("Host"));
        }
    }

    @Scenario
    void aStaleResponseStandsInForAnOriginWhoseCertificateHasExpired(ScenarioEdge edge, ManualClock clock) {
        try (ScriptedOrigin good = secure(edge, clock, CERTIFIED);
                ScriptedOrigin bad = secure(edge, clock, AUTHORITY.issueExpired(ORIGIN))) {
            edge.serve(distribution(good).byDefault(b -> b.origin(o -> o.https(ORIGIN, good.port()))));
            good.on("GET", "/a").reply(200, maxAge(60), body("kept"));
            expect(edge.viewer().get("/a")).status(200).miss();
            edge.serve(distribution(good).byDefault(b -> b.origin(o -> o.https(ORIGIN, bad.port()))));
            clock.advance(Duration.ofSeconds(61));
            expect(edge.viewer().get("/a")).status(200).body("kept");
            bad.expectRequests(0);
        }
    }

    @ParameterizedTest(name = "viewer over TLS {0}, origin over TLS {1}")
    @CsvSource({"true, false", "false, true", "true, true"})
    @ExtendWith(ScenarioExtension.class)
    void aWebSocketGoesOverTls(boolean viewerTls, boolean originTls, ScenarioEdge edge) throws Exception {
        edge.trustForOrigins(AUTHORITY.certificate());
        var listener = originTls ? CERTIFIED.listener(null) : new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin(listener)) {
            edge.serve(distribution(origin.port())
                    .byDefault(b -> b.origin(o -> {
                        if (originTls) o.https(ORIGIN, origin.port());
                    })));
            try (TunnelPeer viewer =
                    viewerTls ? new TunnelPeer(edge.tlsSocket()) : TunnelPeer.viewer(edge.httpPort())) {
                viewer.send("GET /chat HTTP/1.1\r\nHost: " + HOST + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                try (TunnelPeer asked = origin.next()) {
                    asked.accept(asked.head());
                    assertTrue(viewer.head().startsWith("HTTP/1.1 101 "));
                    viewer.send("ping");
                    assertEquals("ping", asked.read(4));
                    asked.send("pong".repeat(50_000));
                    assertEquals("pong".repeat(50_000), viewer.read(200_000));
                }
                assertTrue(viewer.atEnd(), "the origin's end is the viewer's");
            }
        }
        String[] line = edge.logLines(1).getFirst().split("\t", -1);
        assertEquals(viewerTls ? "wss" : "ws", line[16]);
    }
}
