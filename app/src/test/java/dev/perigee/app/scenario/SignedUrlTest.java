package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Selection;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import dev.perigee.testkit.TestCertificate;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.time.Instant;
import java.util.List;

/** Developer guide, "Serve private content with signed URLs and signed cookies". */
class SignedUrlTest {
    private static final UrlSigner RSA = UrlSigner.rsa("K2JCJMDEHXQW5F");
    private static final UrlSigner EC = UrlSigner.ecdsa("KDFB19YGCR002");
    private static final UrlSigner STRANGER = UrlSigner.rsa("K2JCJMDEHXQW5F");
    private static final Metadata.Key<String> COOKIE = Metadata.Key.of("cookie", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SITE = "http://" + HOST;

    private static Instant soon(ManualClock clock) {
        return clock.instant().plusSeconds(60);
    }

    /** Everything that a viewer can send would reach the origin and the cache key. */
    private static void serve(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin)
                .errorPage(403, 10, "/sorry", 403)
                .behavior("/sorry", b -> {})
                .behavior("/open/*", b -> b.keyQueries(Selection.ALL))
                .byDefault(b -> b.allMethods()
                        .keyQueries(Selection.ALL)
                        .keyCookies(Selection.ALL)
                        .forwardAll()
                        .trust(RSA.trusted(), EC.trusted())));
        origin.on("GET", "/sorry").reply(200, maxAge(600), body("log in first"));
    }

    private static void expectNothingSigned(List<RecordedRequest> requests) {
        for (RecordedRequest request : requests) {
            String head = request.rawHead();
            for (String name : List.of("Signature", "Key-Pair-Id", "Policy", "Expires"))
                assertTrue(!head.contains(name), head);
        }
    }

    @Scenario
    void nothingOfASignatureReachesOriginOrKey(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        serve(edge, origin);
        origin.on("GET", "/a").reply(200, maxAge(600), body("photo"));
        origin.on("POST", "/a").reply(200, body("thanks"));
        origin.on("OPTIONS", "/a").reply(200, body("methods"));
        String url = SITE + "/a?size=large";
        expect(viewer.head(RSA.canned(url, soon(clock)))).status(200).miss();
        expect(viewer.get(RSA.canned(url, soon(clock)))).body("photo").hit();
        expect(viewer.get(EC.canned(url, soon(clock).plusSeconds(1))))
                .body("photo")
                .hit();
        expect(viewer.get(RSA.custom(url, "http://*", soon(clock)), "Cookie", RSA.cookies("http://x", soon(clock))))
                .body("photo")
                .hit();
        expect(viewer.get("/a?size=large", "Cookie", RSA.cookies(SITE + "/a*", soon(clock))))
                .body("photo")
                .hit();
        expect(viewer.get("/a?size=large", "Cookie", "b=2; " + EC.cookies(SITE + "/a*", soon(clock)) + "; a=1"))
                .body("photo")
                .miss();
        expect(viewer.request("POST", RSA.canned(url, soon(clock))).body("x").send())
                .body("thanks");
        expect(viewer.request("OPTIONS", RSA.canned(url, soon(clock))).send()).body("methods");
        expectNothingSigned(origin.requests());
        assertEquals(4, origin.requests("/a").size());
        for (RecordedRequest request : origin.requests("/a")) assertEquals("/a?size=large", request.target());
        assertNull(origin.requests("/a").getFirst().header("Cookie"));
        assertEquals("a=1; b=2", origin.requests("/a").get(1).header("Cookie"));
    }

    @Scenario
    void nothingOfASignatureReachesTheOriginOverHttp2And3(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        edge.serve(distribution(origin)
                .offers(OfferedVersions.HTTP_2_AND_3)
                .byDefault(b -> b.keyQueries(Selection.ALL).forwardAll().trust(RSA.trusted())));
        origin.on("GET", "/a").reply(200, maxAge(600), body("photo"));
        String site = "https://" + HOST;
        for (ScriptedViewer viewer : List.of(edge.http2Viewer(HOST), edge.http3Viewer(HOST))) {
            expect(viewer.get(RSA.canned(site + "/a?b", soon(clock)))).body("photo");
            expect(viewer.get("/a?b", "Cookie", "a=1; " + RSA.cookies(site + "/*", soon(clock))))
                    .body("photo")
                    .hit();
            expect(viewer.get("/a?b", "cookie", RSA.cookies(SITE + "/*", soon(clock))))
                    .status(403);
            expect(viewer.get(RSA.canned(SITE + "/a?b", soon(clock)))).status(403);
            expect(viewer.get(RSA.canned(site + "/a?c", soon(clock)), "Cookie", RSA.cookies("*", soon(clock))))
                    .body("photo");
        }
        expectNothingSigned(origin.requests());
    }

    @Scenario
    void nothingOfASignatureReachesAWebSocketsOrigin(ScenarioEdge edge, ManualClock clock) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                TunnelPeer viewer = TunnelPeer.viewer(edge.httpPort())) {
            edge.serve(distribution(origin.port())
                    .byDefault(b -> b.keyQueries(Selection.ALL).forwardAll().trust(RSA.trusted())));
            viewer.send("GET " + RSA.canned(SITE + "/chat?room=1", soon(clock)) + " HTTP/1.1\r\nHost: " + HOST
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nCookie: "
                    + RSA.cookies("*", soon(clock)) + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            try (TunnelPeer asked = origin.next()) {
                String request = asked.head();
                assertTrue(request.startsWith("GET /chat?room=1 HTTP/1.1\r\n"), request);
                assertTrue(!request.contains("CloudFront-"), request);
            }
        }
    }

    @Scenario
    void nothingOfASignatureReachesAnOriginOfGrpc(ScenarioEdge edge, ManualClock clock) {
        TestCertificate authority = TestCertificate.authority("Perigee test origins");
        Metadata sent = new Metadata();
        sent.put(COOKIE, "a=1; " + RSA.cookies("https://" + HOST + "/*", soon(clock)));
        edge.trustForOrigins(authority.certificate());
        try (GrpcOrigin origin = GrpcOrigin.start(authority.issue("localhost"), 10);
                GrpcViewer signed = new GrpcViewer(edge, MetadataUtils.newAttachHeadersInterceptor(sent));
                GrpcViewer unsigned = new GrpcViewer(edge)) {
            edge.serve(distribution(1)
                    .byDefault(b -> b.grpc()
                            .forwardAll()
                            .trust(RSA.trusted())
                            .origin(o -> o.https("localhost", origin.port()))));
            assertArrayEquals(new byte[] {1}, signed.call(GrpcOrigin.UNARY, new byte[] {1}));
            assertEquals("a=1", origin.heads.remove().get(COOKIE));
            assertEquals(
                    Status.Code.PERMISSION_DENIED,
                    unsigned.failure(GrpcOrigin.UNARY, CallOptions.DEFAULT)
                            .getStatus()
                            .getCode());
            assertTrue(origin.heads.isEmpty());
        }
    }

    @Scenario
    void refusalsAreCloudFrontsDocuments(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        edge.serve(distribution(origin).byDefault(b -> b.trust(RSA.trusted())));
        expect(viewer.get("/a"))
                .status(403)
                .error()
                .header("Content-Type", "text/xml")
                .header("Server", "CloudFront")
                .header("Content-Length", "146")
                .body(
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>MissingKey</Code><Message>Missing Key-Pair-Id"
                                + " query parameter or cookie value</Message></Error>");
        expect(viewer.get(STRANGER.canned(SITE + "/a", soon(clock))))
                .status(403)
                .bodyContains("<Code>AccessDenied</Code><Message>Access denied</Message>");
        expect(viewer.get(EC.canned(SITE + "/a", soon(clock))))
                .status(403)
                .bodyContains("<Code>InvalidKey</Code><Message>Unknown Key</Message>");
        expect(viewer.head("/a")).status(403).header("Content-Length", "146");
        origin.expectRequests(0);
        assertEquals("Error", edge.logLines(4).getFirst().split("\t", -1)[13]);
    }

    @Scenario
    void aPageStandsInForARefusal(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        serve(edge, origin);
        expect(viewer.get("/a")).status(403).body("log in first").error();
        expect(viewer.get(STRANGER.canned(SITE + "/a", soon(clock)), "Cookie", STRANGER.cookies("*", soon(clock))))
                .status(403)
                .body("log in first");
        expectNothingSigned(origin.requests());
    }

    /** What is remembered of requests and of signatures does not outlive the time that was signed. */
    @Scenario
    void theSameRequestIsRefusedOnceItHasExpired(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        serve(edge, origin);
        origin.on("GET", "/a").reply(200, maxAge(600), body("photo"));
        String target = RSA.canned(SITE + "/a", soon(clock));
        for (int i = 0; i < 5; i++) expect(viewer.get(target)).body("photo");
        clock.advanceSeconds(59);
        expect(viewer.get(target)).body("photo").hit();
        clock.advanceSeconds(1);
        for (int i = 0; i < 3; i++) expect(viewer.get(target)).status(403).body("log in first");
        expect(viewer.get(RSA.canned(SITE + "/a", soon(clock)))).body("photo").hit();
    }

    /** Also for a request whose signature was good a moment ago. */
    @Scenario
    void aPlanTakesTrustAway(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        serve(edge, origin);
        origin.on("GET", "/a").reply(200, maxAge(600), body("photo"));
        String old = RSA.canned(SITE + "/a", soon(clock));
        for (int i = 0; i < 5; i++) expect(viewer.get(old)).body("photo");
        edge.serve(distribution(origin).byDefault(b -> b.trust(EC.trusted())));
        expect(viewer.get(old)).status(403).bodyContains("InvalidKey");
        expect(viewer.get(EC.canned(SITE + "/a", soon(clock)))).body("photo");
        // The id is the same, the key is another.
        edge.serve(distribution(origin).byDefault(b -> b.trust(STRANGER.trusted())));
        expect(viewer.get(old)).status(403).bodyContains("AccessDenied");
        expect(viewer.get(STRANGER.canned(SITE + "/a", soon(clock)))).body("photo");
        edge.serve(distribution(origin).byDefault(b -> b.trust()));
        expect(viewer.get(old)).status(403).bodyContains("InvalidKey");
        edge.serve(distribution(origin));
        expect(viewer.get("/a")).body("photo").hit();
    }

    @Scenario
    void aKeyOfAnotherDistributionOpensNothing(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        edge.serve(
                distribution(origin).byDefault(b -> b.trust(RSA.trusted())),
                distribution(origin).named("EOTHER", "d2.cloudfront.net").byDefault(b -> b.trust(EC.trusted())));
        origin.on("GET", "/a").reply(200, maxAge(600), body("photo"));
        expect(viewer.get(RSA.canned(SITE + "/a", soon(clock)))).body("photo");
        expect(viewer.get(EC.canned(SITE + "/a", soon(clock)))).status(403).bodyContains("InvalidKey");
        expect(viewer.get("/a", "Cookie", EC.cookies("*", soon(clock))))
                .status(403)
                .bodyContains("InvalidKey");
        String other = "http://d2.cloudfront.net/a";
        expect(edge.viewer("d2.cloudfront.net").get(EC.canned(other, soon(clock))))
                .body("photo");
        expect(edge.viewer("d2.cloudfront.net").get(RSA.canned(other, soon(clock))))
                .status(403)
                .bodyContains("InvalidKey");
    }

    @Scenario
    void whereNobodyIsTrustedTheParametersAreOrdinary(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin);
        origin.on("GET", "/open/a").reply(200, maxAge(600), body("photo"));
        String target = "/open/a?Expires=1&Signature=x&Key-Pair-Id=y&Expires=2";
        expect(viewer.get(target)).body("photo").miss();
        expect(viewer.get(target)).body("photo").hit();
        expect(viewer.get("/open/a")).body("photo").miss();
        assertEquals(target, origin.requests("/open/a").getFirst().target());
    }
}
