package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.Http3Octets;
import dev.perigee.testkit.Http3Session;
import dev.perigee.testkit.OverHttp3;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Requests over HTTP/3, well-formed and not. */
@OverHttp3
class Http3RequestTest {
    private static void allowEverything(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
    }

    @Scenario
    void aRequestReachesTheOriginAndTheAnswerIsCached(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("X-Own", "yes"), body("hello"));
        try (ScriptedViewer viewer = edge.http3Viewer(HOST)) {
            expect(viewer.get("/a")).status(200).body("hello").miss().header("x-own", "yes");
            expect(viewer.get("/a")).body("hello").hit();
            expect(viewer.head("/a")).status(200).hit().header("content-length", "5");
            assertEquals(1, viewer.connections());
        }
        RecordedRequest asked = origin.requests().getFirst();
        String via = String.valueOf(asked.header("Via"));
        assertTrue(via.matches("3\\.0 [0-9a-f]{32}\\.cloudfront\\.net \\(CloudFront\\)"), via);
        List<String> fields = List.of(edge.logLines(3).getFirst().split("\t"));
        assertEquals("HTTP/3.0", fields.get(23));
        assertEquals("https", fields.get(16));
        assertEquals(HOST, fields.get(15));
        assertEquals("TLSv1.3", fields.get(20));
        assertTrue(fields.get(21).startsWith("TLS_"), fields.get(21));
    }

    @Scenario
    void alternativesAreAnnouncedOverTlsAndWhereTheyAre(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        String here = "h3=\":" + edge.edge().http3().getPort() + "\"; ma=86400";
        expect(edge.tlsViewer().get("/a")).header("Alt-Svc", here);
        expect(edge.http2Viewer(HOST).get("/a")).hit().header("alt-svc", here);
        expect(edge.http3Viewer(HOST).get("/a")).hit().header("alt-svc", here);
        expect(edge.http2Viewer(HOST).request("POST", "/a").send()).status(403).header("alt-svc", here);
    }

    @Scenario
    void withoutHttp3ThereIsNeitherAlternativeNorService(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(
                distribution(origin).offers(OfferedVersions.HTTP_2),
                distribution(origin).named("E2", "d2.cloudfront.net").offers(OfferedVersions.HTTP_3));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        assertNull(edge.tlsViewer().get("/a").response().header("Alt-Svc"));
        assertNull(edge.http2Viewer(HOST).get("/a").response().header("Alt-Svc"));
        assertThrows(IOException.class, () -> edge.http3Session(HOST).close());
        ScriptedViewer other = edge.http3Viewer("d2.cloudfront.net");
        expect(other.get("/a")).status(200).body("hello");
        // The certificate covers it, and over TCP it would be answered.
        expect(other.get("/a", "Host", HOST)).status(421);
    }

    /** As over TCP; unless the distribution that answers for unknown hosts has no HTTP/3. */
    @Scenario
    void whoNamesNobodyOverQuicIsShownTheDefaultCertificate(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        ScriptedViewer viewer = edge.http3Viewer("localhost");
        expect(viewer.get("/a", "Host", HOST)).status(200).body("hello");
        expect(viewer.get("/a", "Host", "localhost")).status(403);
        edge.serve(distribution(origin).offers(OfferedVersions.HTTP_2));
        expect(viewer.get("/a", "Host", HOST)).status(421);
        edge.answerUnknownHostsWith(distribution(origin).build().id());
        assertThrows(IOException.class, () -> edge.http3Session("localhost").close());
    }

    @Scenario
    void aHostOfAnotherDistributionIsServedIfTheCertificateCoversIt(ScenarioEdge edge, ScriptedOrigin origin)
            throws Exception {
        TestCertificate own = TestCertificate.selfSigned("www.pettracker.test");
        edge.certificates(own.inPlan("C1", edge.seal(), "www.pettracker.test"));
        edge.serve(
                distribution(origin),
                distribution(origin).named("E2", "d2.cloudfront.net"),
                distribution(origin)
                        .named("E3", "d3.cloudfront.net")
                        .alias("www.pettracker.test")
                        .tls("C1", SecurityPolicy.TLS_V1_2_2021));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        ScriptedViewer viewer = edge.http3Viewer(HOST);
        expect(viewer.get("/a", "Host", "d2.cloudfront.net")).status(200);
        expect(viewer.get("/a", "Host", "www.pettracker.test")).status(421);
        assertNull(viewer.get("/a", "Host", "www.pettracker.test").response().header("alt-svc"));
        expect(viewer.get("/a")).status(200);
        assertEquals(1, viewer.connections());
    }

    /** SM-09: what could be read as something else by the next hop never gets there. */
    static List<byte[]> malformed() {
        List<String[]> fields = List.of(
                new String[] {"x-a", "b\r\nx-injected: 1"},
                new String[] {"x-a", " b"},
                new String[] {"X-Upper", "b"},
                new String[] {"x a", "b"},
                new String[] {"connection", "close"},
                new String[] {"transfer-encoding", "chunked"},
                new String[] {"upgrade", "websocket"},
                new String[] {"te", "gzip"},
                new String[] {"content_length", "5"},
                new String[] {"content-length", "5"},
                new String[] {"content-length", "0", "content-length", "0"},
                new String[] {"host", "evil.example"},
                new String[] {":path", "/b"},
                new String[] {":unknown", "x"},
                new String[] {"x-a", "b", ":method", "GET"});
        List<byte[]> requests = new ArrayList<>();
        for (String[] each : fields) requests.add(Http3Octets.request("GET", "/bad", each));
        requests.add(Http3Octets.headers(":method", "GET", ":scheme", "https", ":path", "/bad"));
        requests.add(Http3Octets.headers(":method", "GET", ":path", "/bad", ":authority", HOST));
        requests.add(Http3Octets.headers(":method", "GET", ":scheme", "https", ":path", "", ":authority", HOST));
        requests.add(Http3Octets.headers(":method", "GET", ":scheme", "https", ":path", "/a b", ":authority", HOST));
        return requests;
    }

    @Scenario
    void SM_09_aMalformedRequestResetsItsStreamAndOnlyThat(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        origin.on("GET", "/good").reply(200, maxAge(60), body("good"));
        List<byte[]> requests = malformed();
        try (Http3Session session = edge.http3Session(HOST)) {
            for (byte[] request : requests) assertEquals("reset", session.outcome(session.send(request)));
            assertEquals("200", session.outcome(session.send(Http3Octets.request("GET", "/good"))));
        }
        origin.expectRequests(1);
        long noted = edge.logLines(requests.size() + 1).stream()
                .filter(line -> line.contains("InvalidRequest"))
                .count();
        assertEquals(requests.size(), noted);
    }

    @Scenario
    void SM_09_contentThatContradictsItsLengthIsNeverTakenForWhole(ScenarioEdge edge, ScriptedOrigin origin)
            throws Exception {
        allowEverything(edge, origin);
        origin.on("PUT", "/up").hold().reply(200, body("never"));
        try (Http3Session session = edge.http3Session(HOST)) {
            for (String[] said : new String[][] {{"5", "hell"}, {"5", "hello!"}, {"0", "x"}}) {
                byte[] head = Http3Octets.request("PUT", "/up", "content-length", said[0]);
                assertEquals("reset", session.outcome(session.send(head, Http3Octets.data(said[1]))));
            }
            for (String name : List.of(":path", "content-length", "transfer-encoding", "X-Upper")) {
                byte[] head = Http3Octets.request("PUT", "/up");
                byte[] trailers = Http3Octets.headers(name, "1");
                assertEquals("reset", session.outcome(session.send(head, Http3Octets.data("hello"), trailers)));
            }
        }
        assertTrue(origin.requests().stream().noneMatch(r -> r.body().whole()));
    }

    @Scenario
    void harmlessTrailersAreDropped(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        allowEverything(edge, origin);
        origin.on("PUT", "/up").reply(200, body("thanks"));
        try (Http3Session session = edge.http3Session(HOST)) {
            byte[] head = Http3Octets.request("PUT", "/up");
            byte[] trailers = Http3Octets.headers("x-checksum", "1");
            assertEquals("200", session.outcome(session.send(head, Http3Octets.data("hello"), trailers)));
        }
        assertEquals("hello", origin.requests().getFirst().body().text());
        assertNull(origin.requests().getFirst().header("X-Checksum"));
    }

    @Scenario
    void limitsAreAnsweredLikeOverHttp1(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        // Too many fields rather than too large ones: kwik can forget to go on with what takes many packets.
        String[] many = new String[258];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "x";
            many[i + 1] = "v";
        }
        try (Http3Session session = edge.http3Session(HOST)) {
            assertEquals("494", session.outcome(session.send(Http3Octets.request("GET", "/a", many))));
            assertEquals("417", session.outcome(session.send(Http3Octets.request("GET", "/a", "expect", "200-ok"))));
            byte[] connect = Http3Octets.headers(":method", "CONNECT", ":authority", HOST);
            assertEquals("403", session.outcome(session.send(connect)));
            byte[] get = Http3Octets.request("GET", "/a");
            assertEquals("403", session.outcome(session.send(get, Http3Octets.data("content"))));
        }
        origin.expectRequests(0);
    }

    @Scenario
    void anUploadArrivesWhole(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        allowEverything(edge, origin);
        // Within the window: kwik can forget to go on after it (a larger one is in Http3ClientsTest).
        Content content = Content.generated(200_000, 7);
        origin.on("PUT", "/up").reply(200, body("thanks"));
        expect(viewer.request("PUT", "/up").body(content).send()).status(200).body("thanks");
        expect(viewer.request("PUT", "/up").chunked(content).send()).status(200).body("thanks");
        for (RecordedRequest request : origin.requests())
            assertEquals(content.sha256(), request.body().sha256());
        Exchange answer =
                viewer.request("PUT", "/up").body("hello").expectContinue().send();
        expect(answer).status(200).body("thanks");
        assertEquals(List.of(100), answer.response().interim());
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void anEarlyAnswerEndsTheUpload(ScenarioEdge edge, ScriptedViewer viewer) {
        for (int i = 0; i < 2; i++) {
            Content content = Content.generated(3_000_000, 1);
            expect(viewer.request("PUT", "/up").body(content).send()).status(403);
        }
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void contentThatBreaksOffIsNeverTakenForWhole(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.cachingDisabled()));
        Content content = Content.generated(200_000, 3);
        origin.on("GET", "/known").reply(200, Replies.pausedAfter(30_000), body(content), Replies.cutAfter(100_000));
        origin.on("GET", "/unknown")
                .reply(200, Replies.pausedAfter(30_000), Replies.chunked(content, 10_000), Replies.cutAfter(100_000));
        Exchange known = viewer.get("/known").awaitBytes(5_000);
        Exchange unknown = viewer.get("/unknown").awaitBytes(5_000);
        origin.resume();
        expect(known, unknown).status(200).cutShort();
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void aViewerWhoGivesUpEndsTheExchangeAndNothingElse(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.serve(distribution(origin).byDefault(b -> b.cachingDisabled().allMethods()));
        Content large = Content.generated(1_000_000, 3);
        origin.on("GET", "/slow").reply(200, body(large), Replies.pausedAfter(10_000));
        origin.on("PUT", "/held").hold().reply(200, body("never"));
        origin.on("GET", "/a").reply(200, body("hello"));
        try (Http3Session session = edge.http3Session(HOST)) {
            var slow = session.send(Http3Octets.request("GET", "/slow"));
            assertEquals("200", session.outcome(slow)); // and reads no more: STOP_SENDING
            var held = session.begin(true, Http3Octets.request("PUT", "/held"), Http3Octets.data("half"));
            origin.awaitRequests(2);
            held.resetStream(0x10c);
            origin.resume();
            assertEquals("200", session.outcome(session.send(Http3Octets.request("GET", "/a"))));
        }
        List<String> lines = edge.logLines(3);
        for (String target : List.of("/slow", "/held")) {
            String line =
                    lines.stream().filter(l -> l.contains(target)).findFirst().orElseThrow();
            assertTrue(line.contains("Error"), line);
        }
        assertTrue(!origin.requests("/held").getFirst().body().whole());
        origin.release();
    }
}
