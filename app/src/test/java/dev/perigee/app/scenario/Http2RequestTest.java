package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Http2Wire.END_HEADERS;
import static dev.perigee.testkit.Http2Wire.END_STREAM;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Selection;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Expect;
import dev.perigee.testkit.Http2Wire;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests over HTTP/2, well-formed and not. */
class Http2RequestTest {
    private static final int PROTOCOL_ERROR = 1;

    private static void allowEverything(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
    }

    @Scenario
    void aRequestReachesTheOriginAsHttp11AndTheAnswerIsCached(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("X-Own", "yes"), body("hello"));
        try (ScriptedViewer viewer = edge.http2Viewer(HOST)) {
            Expect.expect(viewer.get("/a")).status(200).body("hello").miss().header("x-own", "yes");
            Expect.expect(viewer.get("/a")).body("hello").hit();
            Expect.expect(viewer.head("/a")).status(200).hit().header("content-length", "5");
            assertEquals(1, viewer.connections());
        }
        RecordedRequest asked = origin.requests().getFirst();
        String via = String.valueOf(asked.header("Via"));
        assertTrue(via.matches("2\\.0 [0-9a-f]{32}\\.cloudfront\\.net \\(CloudFront\\)"), via);
        String line = edge.logLines(3).getFirst();
        List<String> fields = List.of(line.split("\t"));
        assertEquals("HTTP/2.0", fields.get(23));
        assertEquals("https", fields.get(16));
        assertEquals(HOST, fields.get(15));
    }

    @Scenario
    void cookieCrumbsAreOneCookieAgain(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.keyCookies(Selection.ALL)));
        origin.on("GET", "/a").reply(200, maxAge(0), body("hello"));
        Http2Wire wire = edge.http2Wire().begin();
        wire.get(1, "/a", "cookie", "a=1", "cookie", "b=2", "x-between", "1", "cookie", "c=3");
        assertEquals("200", wire.head(1).value(0));
        assertEquals("a=1; b=2; c=3", origin.requests().getFirst().header("Cookie"));
    }

    /** SM-09: what could be read as something else by the next hop never gets there. */
    static List<List<String>> malformed() {
        return List.of(
                List.of("x-a", "b\r\nx-injected: 1"),
                List.of("x-a", "b\nx"),
                List.of("x-a", "b\u0000"),
                List.of("x-a", "b\r"),
                List.of("x-a", " b"),
                List.of("x-a", "b\t"),
                List.of("x-a", "\u007f"),
                List.of("X-Upper", "b"),
                List.of("x a", "b"),
                List.of("x:a", "b"),
                List.of("", "b"),
                List.of("x-a\r\nhost", "evil"),
                List.of("connection", "close"),
                List.of("connection", "x-a"),
                List.of("keep-alive", "timeout=5"),
                List.of("proxy-connection", "close"),
                List.of("transfer-encoding", "chunked"),
                List.of("upgrade", "websocket"),
                List.of("http2-settings", "AAA"),
                List.of("te", "gzip"),
                List.of("te", "trailers, deflate"),
                List.of("content_length", "5"),
                List.of("content-length", "5"),
                List.of("content-length", "+0"),
                List.of("content-length", "0x0"),
                List.of("content-length", "0", "content-length", "0"),
                List.of("host", "evil.example"),
                List.of("host", HOST, "host", HOST),
                List.of(":path", "/b"),
                List.of(":status", "200"),
                List.of(":unknown", "x"),
                List.of("x-a", "b", ":method", "GET"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    @ExtendWith(ScenarioExtension.class)
    void SM_09_aMalformedFieldResetsTheStreamAndOnlyThat(
            List<String> fields, ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/good").reply(200, maxAge(60), body("good"));
        Http2Wire wire = edge.http2Wire()
                .begin()
                .get(1, "/bad", fields.toArray(String[]::new))
                .get(3, "/good");
        assertEquals(PROTOCOL_ERROR, wire.resetOf(1));
        assertEquals("200", wire.head(3).value(0));
        origin.expectRequests(1);
        assertTrue(edge.logLines(2).getFirst().contains("InvalidRequest"));
    }

    static List<List<String>> malformedRequests() {
        return List.of(
                List.of(":method", "GET", ":scheme", "https", ":path", "/"),
                List.of(":method", "GET", ":scheme", "https", ":authority", HOST),
                List.of(":method", "GET", ":path", "/", ":authority", HOST),
                List.of(":scheme", "https", ":path", "/", ":authority", HOST),
                List.of(":method", "GET", ":scheme", "https", ":path", "", ":authority", HOST),
                List.of(":method", "GET", ":scheme", "https", ":path", "a", ":authority", HOST),
                List.of(":method", "GET", ":scheme", "https", ":path", "//\r\nx", ":authority", HOST),
                List.of(":method", "GET", ":scheme", "https", ":path", "/a b", ":authority", HOST),
                List.of(":method", "GET", ":scheme", "https", ":path", "/a#b", ":authority", HOST),
                List.of(":method", "GET", ":scheme", "https", ":path", "/\u00e4", ":authority", HOST),
                List.of(":method", "GET", ":scheme", "https", ":path", "http://x/", ":authority", HOST),
                List.of(":method", "GET /x HTTP/1.1", ":scheme", "https", ":path", "/", ":authority", HOST),
                List.of(":method", "GET", ":scheme", "ht tp", ":path", "/", ":authority", HOST),
                List.of(":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a b"),
                List.of(":method", "GET", ":scheme", "https", ":path", "/", ":authority", "u@" + HOST),
                List.of(":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST + ":8x"),
                List.of(":method", "GET", "x-a", "b", ":scheme", "https", ":path", "/", ":authority", HOST),
                List.of(":method", "GET", ":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST),
                List.of(":method", "CONNECT", ":scheme", "https", ":path", "/", ":authority", HOST));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedRequests")
    @ExtendWith(ScenarioExtension.class)
    void SM_09_aMalformedTargetResetsTheStream(List<String> fields, ScenarioEdge edge, ScriptedOrigin origin) {
        Http2Wire wire = edge.http2Wire().begin().headers(1, END_STREAM | END_HEADERS, fields.toArray(String[]::new));
        assertEquals(PROTOCOL_ERROR, wire.resetOf(1));
        wire.ping();
        origin.expectRequests(0);
    }

    @Scenario
    void hostAloneOrEqualToTheAuthorityIsFine(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        Http2Wire wire = edge.http2Wire().begin();
        wire.headers(1, END_STREAM | END_HEADERS, ":method", "GET", ":scheme", "https", ":path", "/a", "host", HOST);
        assertEquals("200", wire.head(1).value(0));
        wire.get(3, "/a", "host", HOST.toUpperCase(java.util.Locale.ROOT));
        assertEquals("200", wire.head(3).value(0));
        wire.get(5, "/a", "te", "trailers");
        assertEquals("200", wire.head(5).value(0));
        origin.expectRequests(1);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"content-length=5:hell", "content-length=5:hello!", "content-length=0:x"})
    @ExtendWith(ScenarioExtension.class)
    void SM_09_contentThatContradictsItsLengthIsNeverTakenForWhole(
            String request, ScenarioEdge edge, ScriptedOrigin origin) {
        allowEverything(edge, origin);
        origin.on("PUT", "/up").hold().reply(200, body("never"));
        String length = request.substring(request.indexOf('=') + 1, request.indexOf(':'));
        String content = request.substring(request.indexOf(':') + 1);
        Http2Wire wire = edge.http2Wire().begin();
        wire.headers(1, END_HEADERS, wire.request("PUT", "/up", "content-length", length));
        wire.data(1, true, content);
        assertEquals(PROTOCOL_ERROR, wire.resetOf(1));
        if (!length.equals("0")) edge.logLines(1);
        assertTrue(origin.requests().stream().noneMatch(r -> r.body().whole()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {":path", "content-length", "transfer-encoding", "host", "X-Upper", "cookie"})
    @ExtendWith(ScenarioExtension.class)
    void SM_09_trailersThatReframeResetTheStream(String name, ScenarioEdge edge, ScriptedOrigin origin) {
        allowEverything(edge, origin);
        origin.on("PUT", "/up").hold().reply(200, body("never"));
        Http2Wire wire = edge.http2Wire().begin();
        wire.headers(1, END_HEADERS, wire.request("PUT", "/up")).data(1, false, "hello");
        wire.headers(1, END_STREAM | END_HEADERS, name, "1");
        assertEquals(PROTOCOL_ERROR, wire.resetOf(1));
        assertTrue(edge.logLines(1).getFirst().contains("Error"));
    }

    @Scenario
    void harmlessTrailersAreDropped(ScenarioEdge edge, ScriptedOrigin origin) {
        allowEverything(edge, origin);
        origin.on("PUT", "/up").reply(200, body("thanks"));
        Http2Wire wire = edge.http2Wire().begin();
        wire.headers(1, END_HEADERS, wire.request("PUT", "/up")).data(1, false, "hello");
        wire.headers(1, END_STREAM | END_HEADERS, "x-checksum", "1");
        assertEquals("200", wire.head(1).value(0));
        assertEquals("hello", origin.requests().getFirst().body().text());
        assertNull(origin.requests().getFirst().header("X-Checksum"));
    }

    @Scenario
    void limitsAreAnsweredLikeOverHttp1(ScenarioEdge edge, ScriptedOrigin origin) {
        Http2Wire wire = edge.http2Wire().begin();
        wire.get(1, "/" + "a".repeat(8_192));
        assertEquals("414", wire.head(1).value(0));
        String[] many = new String[20];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "x-" + i;
            many[i + 1] = "v".repeat(4_000);
        }
        byte[] block = Http2Wire.block(wire.request("GET", "/a", many));
        wire.frame(Http2Wire.HEADERS, END_STREAM, 3, java.util.Arrays.copyOf(block, 16_384));
        wire.frame(Http2Wire.CONTINUATION, 0, 3, java.util.Arrays.copyOfRange(block, 16_384, 32_768));
        wire.frame(Http2Wire.CONTINUATION, END_HEADERS, 3, java.util.Arrays.copyOfRange(block, 32_768, block.length));
        assertEquals("494", wire.head(3).value(0));
        wire.get(5, "/a", "expect", "200-ok");
        assertEquals("417", wire.head(5).value(0));
        wire.headers(7, END_STREAM | END_HEADERS, ":method", "CONNECT", ":authority", HOST);
        assertEquals("403", wire.head(7).value(0));
        origin.expectRequests(0);
    }

    @Scenario
    void aGetMayEndWithAnEmptyFrameButHasNoContent(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        Http2Wire wire = edge.http2Wire().begin();
        wire.headers(1, END_HEADERS, wire.request("GET", "/a")).data(1, true, "");
        assertEquals("200", wire.head(1).value(0));
        wire.headers(3, END_HEADERS, wire.request("GET", "/a")).data(3, true, "content");
        assertEquals("403", wire.head(3).value(0));
    }

    @Scenario
    void aLargeUploadPassesTheWindows(ScenarioEdge edge, ScriptedOrigin origin) {
        allowEverything(edge, origin);
        Content content = Content.generated(5_000_000, 7);
        origin.on("PUT", "/up").reply(200, body("thanks"));
        ScriptedViewer viewer = edge.http2Viewer(HOST);
        Expect.expect(viewer.request("PUT", "/up").body(content).send())
                .status(200)
                .body("thanks");
        Expect.expect(viewer.request("PUT", "/up").chunked(content).send())
                .status(200)
                .body("thanks");
        for (RecordedRequest request : origin.requests())
            assertEquals(content.sha256(), request.body().sha256());
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void aViewerThatWaitsForContinueIsTold(ScenarioEdge edge, ScriptedOrigin origin) {
        allowEverything(edge, origin);
        origin.on("PUT", "/up").reply(200, body("thanks"));
        ScriptedViewer viewer = edge.http2Viewer(HOST);
        var answer = viewer.request("PUT", "/up").body("hello").expectContinue().send();
        Expect.expect(answer).status(200).body("thanks");
        assertEquals(List.of(100), answer.response().interim());
    }

    @Scenario
    void anEarlyAnswerEndsTheUpload(ScenarioEdge edge) {
        ScriptedViewer viewer = edge.http2Viewer(HOST);
        Expect.expect(viewer.request("PUT", "/up")
                        .body(Content.generated(3_000_000, 1))
                        .send())
                .status(403);
        Expect.expect(viewer.request("PUT", "/up")
                        .body(Content.generated(3_000_000, 1))
                        .send())
                .status(403);
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void aDistributionWithoutHttp2DoesNotOfferIt(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.serve(distribution(origin).offers(OfferedVersions.HTTP_1_1));
        try (var socket = (javax.net.ssl.SSLSocket) edge.trust()
                .getSocketFactory()
                .createSocket(
                        edge.edge().https().getAddress(), edge.edge().https().getPort())) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new javax.net.ssl.SNIHostName(HOST)));
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertEquals("http/1.1", socket.getApplicationProtocol());
        }
        edge.serve(distribution(origin));
        edge.http2Wire().begin().ping();
    }

    @Scenario
    void aHeadLargerThanAFrameGoesOnInAnother(ScenarioEdge edge, ScriptedOrigin origin) {
        var parts = new dev.perigee.testkit.ReplyPart[6];
        for (int i = 0; i < parts.length; i++) parts[i] = header("X-" + i, "\"<>".repeat(1_500));
        var all = java.util.stream.Stream.concat(
                        java.util.Arrays.stream(parts), java.util.stream.Stream.of(maxAge(60), body("hello")))
                .toArray(dev.perigee.testkit.ReplyPart[]::new);
        origin.on("GET", "/a").reply(200, all);
        Http2Wire wire = edge.http2Wire().begin().get(1, "/a");
        Http2Wire.Frame first = wire.await(Http2Wire.HEADERS, 1);
        assertTrue(!first.has(END_HEADERS) && first.payload().length == 16_384);
        Http2Wire.Frame second = wire.await(Http2Wire.CONTINUATION, 1);
        assertTrue(second.has(END_HEADERS));
        byte[] whole = java.util.Arrays.copyOf(first.payload(), first.payload().length + second.payload().length);
        System.arraycopy(second.payload(), 0, whole, first.payload().length, second.payload().length);
        Fields fields = wire.decode(new Http2Wire.Frame(Http2Wire.HEADERS, END_HEADERS, 1, whole));
        assertEquals("\"<>".repeat(1_500), fields.first("x-5"));
        assertEquals(
                "hello", new String(wire.await(Http2Wire.DATA, 1).payload(), java.nio.charset.StandardCharsets.UTF_8));
    }
}
