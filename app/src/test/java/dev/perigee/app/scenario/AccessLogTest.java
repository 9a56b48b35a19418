package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Selection;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CloudFront's standard log, version 1: 33 fields between tabs. */
class AccessLogTest {
    private static final int FIELDS = 33;

    private static String field(String line, int number) {
        String[] fields = line.split("\t", -1);
        assertEquals(FIELDS, fields.length, line);
        return fields[number - 1];
    }

    /** Lines come in the order in which responses ended, which is not that of the requests. */
    private static String lineOf(Response response, List<String> lines) {
        String id = response.header("X-Amz-Cf-Id");
        return lines.stream()
                .filter(line -> field(line, 15).equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " is not in " + lines));
    }

    @Scenario
    void everyRequestIsOneLine(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("Content-Type", "text/plain"), body("hello"));
        Response miss = viewer.get("/a?x=1", "Referer", "https://pettracker.com/", "User-Agent", "curl/8")
                .response();
        Response hit = viewer.get("/a").response();
        Response refused = edge.viewer("unknown.example.org").get("/b").response();
        List<String> lines = edge.logLines(3);
        assertEquals(3, lines.size());
        String first = lineOf(miss, lines);
        assertEquals("2026-11-01", field(first, 1));
        assertEquals("12:00:00", field(first, 2));
        assertTrue(field(first, 3).startsWith("IAD"), first);
        assertTrue(Integer.parseInt(field(first, 4)) > 5, first);
        assertEquals("127.0.0.1", field(first, 5));
        assertEquals("GET", field(first, 6));
        assertEquals(HOST, field(first, 7));
        assertEquals("/a", field(first, 8));
        assertEquals("200", field(first, 9));
        assertEquals("https://pettracker.com/", field(first, 10));
        assertEquals("curl/8", field(first, 11));
        assertEquals("x=1", field(first, 12));
        assertEquals("-", field(first, 13));
        assertEquals("Miss", field(first, 14));
        assertEquals(HOST, field(first, 16));
        assertEquals("http", field(first, 17));
        assertEquals("-", field(first, 21));
        assertEquals("Miss", field(first, 23));
        assertEquals("HTTP/1.1", field(first, 24));
        assertEquals("text/plain", field(first, 30));
        assertEquals("5", field(first, 31));
        assertEquals("Hit", field(lineOf(hit, lines), 14));
        assertEquals("403", field(lineOf(refused, lines), 9));
        assertEquals("Error", field(lineOf(refused, lines), 14));
    }

    @Scenario
    void theSameRequestAgainHasALineOfItsOwn(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a")
                .reply(200, maxAge(60), header("Content-Type", "text/plain"), header("ETag", "\"1\""), body("hello"));
        List<Response> plain = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            plain.add(viewer.get("/a", "User-Agent", "a b").response());
            // A line has the time at which its request has ended.
            edge.logLines(i + 1);
            clock.advanceSeconds(7);
        }
        List<Response> part = new ArrayList<>();
        List<Response> unchanged = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            part.add(viewer.get("/a", "Range", "bytes=1-2").response());
            unchanged.add(viewer.get("/a", "If-None-Match", "\"1\"").response());
        }
        edge.logLines(13);
        clock.advanceSeconds(60);
        origin.on("GET", "/a").reply(200, maxAge(60), header("Content-Type", "text/html"), body("another"));
        for (int i = 0; i < 4; i++)
            plain.add(viewer.get("/a", "User-Agent", "a b").response());
        List<String> lines = edge.logLines(17);
        for (int i = 0; i < plain.size(); i++) {
            String line = lineOf(plain.get(i), lines);
            boolean first = i < 5;
            assertEquals(i % 5 == 0 ? "Miss" : "Hit", field(line, 14), line);
            assertEquals(field(line, 14), field(line, 23), line);
            assertEquals(first ? "text/plain" : "text/html", field(line, 30), line);
            assertEquals(first ? "5" : "7", field(line, 31), line);
            assertEquals(first ? "12:00:%02d".formatted(7 * i) : "12:01:35", field(line, 2), line);
            assertEquals("127.0.0.1 GET " + HOST + " /a 200 - a%20b - - HTTP/1.1 - -", essence(line));
            assertTrue(
                    field(line, 19).matches("[0-9]+\\.[0-9]{3}")
                            && field(line, 28).matches("[0-9]+\\.[0-9]{3}"),
                    line);
        }
        for (Response each : part) {
            String line = lineOf(each, lines);
            assertEquals("127.0.0.1 GET " + HOST + " /a 206 - - - - HTTP/1.1 1 2", essence(line));
        }
        for (Response each : unchanged) {
            String line = lineOf(each, lines);
            assertEquals("127.0.0.1 GET " + HOST + " /a 304 - - - - HTTP/1.1 - -", essence(line));
            assertEquals("-", field(line, 31), line);
        }
        assertEquals(17, lines.stream().map(line -> field(line, 15)).distinct().count());
    }

    private static String essence(String line) {
        StringBuilder text = new StringBuilder(field(line, 5));
        for (int number : List.of(6, 7, 8, 9, 10, 11, 12, 13, 24, 32, 33))
            text.append(' ').append(field(line, number));
        return text.toString();
    }

    @ParameterizedTest(name = "User-Agent {0} is logged as {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    a b            | a%20b
                    a\tb           | a%09b
                    say "hi"       | say%20%22hi%22
                    it's           | it%27s
                    50%            | 50%25
                    a%20b          | a%2520b
                    <script>       | %3Cscript%3E
                    {x}[y]^~       | %7Bx%7D%5By%5D%5E%7E
                    caf\u00e9      | caf%E9
                    back\\slash    | back%5Cslash
                    a#b`c          | a%23b%60c
                    """)
    @ExtendWith(ScenarioExtension.class)
    void LG_01_valuesAreEncodedAsCloudFrontDoes(
            String agent, String logged, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a", "User-Agent", agent, "Referer", agent)).status(200);
        String line = edge.logLines(1).getFirst();
        assertEquals(logged, field(line, 11));
        assertEquals(logged, field(line, 10));
    }

    @Scenario
    void LG_01_refusedBytesNeverBreakALine(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        for (String agent : List.of("a\u001b[31mred", "a\rb", "a\nGET /forged", "a\u0000b")) {
            edge.viewer()
                    .send("GET /a HTTP/1.1\r\nHost: " + HOST + "\r\nUser-Agent: " + agent + "\r\n\r\n")
                    .response();
        }
        edge.viewer()
                .send("GET /\u001b[31m\"x\" HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n")
                .response();
        expect(edge.viewer().get("/a", "User-Agent", "last")).status(200);
        List<String> lines = edge.logLines(1);
        boolean lastSeen = lines.stream().anyMatch(l -> field(l, 11).equals("last"));
        if (!lastSeen) lines = edge.logLines(lines.size() + 1);
        for (String line : lines) {
            assertEquals(FIELDS, line.split("\t", -1).length, line);
            assertTrue(line.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f)), line);
        }
    }

    @Scenario
    void aResponseThatTheViewerLeftIsLoggedAsAnError(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body(Content.generated(20_000_000, 1)));
        ScriptedViewer viewer = edge.viewer().receiveBuffer(8_192);
        viewer.get("/a").awaitBytes(1_000);
        viewer.pauseReading();
        viewer.hangUp();
        String line = edge.logLines(1).getFirst();
        assertEquals("Error", field(line, 14));
        assertTrue(Long.parseLong(field(line, 4)) < 20_000_000, line);
    }

    @Scenario
    void rangesAreLogged(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("0123456789"));
        expect(viewer.get("/a")).status(200);
        Response part = viewer.get("/a", "Range", "bytes=2-5").response();
        String line = lineOf(part, edge.logLines(2));
        assertEquals("206", field(line, 9));
        assertEquals("4", field(line, 31));
        assertEquals("2", field(line, 32));
        assertEquals("5", field(line, 33));
    }

    @Scenario
    void tlsIsLogged(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(edge.tlsViewer().get("/a")).status(200);
        String line = edge.logLines(1).getFirst();
        assertEquals("https", field(line, 17));
        assertEquals("TLSv1.3", field(line, 21));
        assertFalse(field(line, 22).equals("-"), line);
    }

    /** As CloudFront's logs have them: by OpenSSL's names, which those of TLS 1.3 share with the registry. */
    @Scenario
    void suitesAreCalledAsInCloudFrontsDocuments(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.serve(distribution(origin));
        origin.on("GET", "/").reply(200, body("hello"));
        String suite = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        try (var old = new TlsClient().connect(edge.https(), HOST, List.of(suite), "TLSv1.2");
                var now = new TlsClient().connect(edge.https(), HOST, List.of("TLS_AES_128_GCM_SHA256"), "TLSv1.3")) {
            old.get(HOST);
            now.get(HOST);
        }
        assertEquals(
                Set.of("TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.3 TLS_AES_128_GCM_SHA256"),
                edge.logLines(2).stream()
                        .map(line -> field(line, 21) + ' ' + field(line, 22))
                        .collect(Collectors.toSet()));
    }

    @Scenario
    void secretsOfTheViewerAreNotLogged(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a", "Cookie", "session=secret", "Authorization", "Basic secret"))
                .status(200);
        assertFalse(edge.logLines(1).getFirst().contains("secret"));
    }

    @Scenario
    void everyFieldStandsWhereTheDocumentationSays(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("Content-Type", "image/jpeg"), body("hello"));
        edge.serve(distribution(origin).logsTo("logs", "", true));
        Response response = viewer.get(
                        "/a?q=%20|'",
                        "Referer",
                        "https://pettracker.com/?a=<b>",
                        "User-Agent",
                        "Mozilla/5.0 (X11)",
                        "Cookie",
                        "theme=dark; id=\"7\"",
                        "X-Forwarded-For",
                        "192.0.2.1, 198.51.100.2")
                .response();
        String[] fields = edge.logLines(1).getFirst().split("\t", -1);
        String port = fields[26];
        assertTrue(Integer.parseInt(port) > 0, port);
        assertTrue(fields[18].matches("[0-9]+\\.[0-9]{3}") && fields[27].matches("[0-9]+\\.[0-9]{3}"), fields[18]);
        assertTrue(Long.parseLong(fields[3]) > 100 && Long.parseLong(fields[17]) > 100, fields[3] + ' ' + fields[17]);
        assertEquals(
                String.join(
                        " ",
                        "2026-11-01 12:00:00 IAD50-P1",
                        fields[3],
                        "127.0.0.1 GET",
                        HOST,
                        "/a 200 https://pettracker.com/?a=%3Cb%3E Mozilla/5.0%20(X11) q=%2520%7C%27",
                        "theme=dark;%20id=%227%22 Miss",
                        response.header("X-Amz-Cf-Id"),
                        HOST,
                        "http",
                        fields[17],
                        fields[18],
                        "192.0.2.1,%20198.51.100.2 - - Miss HTTP/1.1 - -",
                        port,
                        fields[27],
                        "Miss image/jpeg 5 - -"),
                String.join(" ", fields));
    }

    @Scenario
    void whoLeftBeforeTheAnswerIsLoggedWithoutAStatus(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("hello"));
        origin.on("GET", "/b").reply(200, maxAge(60), body("hello"));
        ScriptedViewer viewer = edge.viewer();
        viewer.get("/a");
        origin.awaitRequests(1);
        viewer.hangUp();
        // The edge has seen it when it has served somebody else in between.
        expect(edge.viewer().get("/b")).status(200);
        origin.release();
        String line = edge.logLines(2).stream()
                .filter(each -> field(each, 8).equals("/a"))
                .findFirst()
                .orElseThrow();
        assertEquals("000", field(line, 9));
        assertEquals("0", field(line, 4));
        assertEquals("Error", field(line, 14));
        assertEquals("ClientCommError", field(line, 29));
        assertEquals("-", field(line, 28));
    }

    @Scenario
    void whoLeftInTheMiddleIsToldFromAnErrorByHowTheAnswerBegan(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body(Content.generated(20_000_000, 1)));
        ScriptedViewer viewer = edge.viewer().receiveBuffer(8_192);
        viewer.get("/a").awaitBytes(1_000);
        viewer.pauseReading();
        viewer.hangUp();
        String line = edge.logLines(1).getFirst();
        assertEquals("200", field(line, 9));
        assertEquals("Error", field(line, 14));
        assertEquals("Miss", field(line, 23));
        assertEquals("ClientCommError", field(line, 29));
    }

    @Scenario
    void whatEndsInAnErrorIsOneLineWithItsReason(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        expect(edge.viewer().send("POST /get-only HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: 0\r\n\r\n"))
                .status(403);
        origin.stopListening();
        expect(viewer.get("/down")).status(502);
        expect(edge.viewer().send("GET /content HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: 1\r\n\r\nx"))
                .status(403);
        List<String> lines = edge.logLines(3);
        assertEquals("POST 403 Error InvalidRequestMethod", summary(lines, "/get-only"));
        assertEquals("GET 502 Error OriginConnectError", summary(lines, "/down"));
        assertEquals("GET 403 Error InvalidRequest", summary(lines, "/content"));
    }

    @Scenario
    void whatAnOriginDidWrongIsSaidInTheWordsOfTheDocumentation(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.attempts(1))));
        origin.on("GET", "/garbage").raw("garbage\r\n\r\n");
        origin.on("GET", "/head").raw("HTTP/1.1 200 OK\r\nX-Long: " + "x".repeat(200_000) + "\r\n\r\n");
        origin.on("GET", "/closed").raw("");
        origin.on("GET", "/part")
                .raw("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/100\r\nContent-Length: 5\r\n\r\nhello");
        for (String path : List.of("/garbage", "/head", "/closed", "/part")) {
            expect(edge.viewer().get(path, "Range", "bytes=0-9")).status(502);
        }
        List<String> lines = edge.logLines(4);
        List<String> details = Stream.of("/garbage", "/head", "/closed", "/part")
                .map(path -> lines.stream()
                        .filter(line -> field(line, 8).equals(path))
                        .map(line -> field(line, 29))
                        .findFirst()
                        .orElseThrow())
                .toList();
        assertEquals(
                List.of(
                        "OriginInvalidResponseError",
                        "OriginHeaderTooBigError",
                        "OriginReadError",
                        "OriginContentRangeLengthError"),
                details);
    }

    @Scenario
    void whatAnEdgeHasNoRoomForIsNotAnOriginsError(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().fetchesMax(1).build());
        edge.serve(distribution(origin));
        origin.on("GET", "/a").hold().reply(200, body("a"));
        edge.viewer().get("/a");
        origin.awaitRequests(1);
        expect(edge.viewer().get("/b")).status(503).header("X-Cache", "CapacityExceeded from cloudfront");
        origin.release();
        assertEquals("GET 503 CapacityExceeded CapacityExceeded", summary(edge.logLines(2), "/b"));
    }

    @Scenario
    void whoLeavesWhileSendingHasHungUpAndTheOriginIsNotBlamed(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on("POST", "/form").reply(200, body("never"));
        ScriptedViewer viewer = edge.viewer();
        viewer.sendOnly("POST /form HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: 1000\r\n\r\nabc");
        viewer.hangUp();
        assertEquals("POST 000 Error ClientHungUpRequest", summary(edge.logLines(1), "/form"));
    }

    private static String summary(List<String> lines, String path) {
        List<String> found =
                lines.stream().filter(line -> field(line, 8).equals(path)).toList();
        assertEquals(1, found.size(), found.toString());
        String line = found.getFirst();
        return String.join(" ", field(line, 6), field(line, 9), field(line, 14), field(line, 29));
    }

    /** What advice goes by: of what the key was made, and whether the origin's answers were the same. */
    @Scenario
    void theEdgesOwnLogRemarksOnKeysAndAnswers(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.serve(distribution(origin).byDefault(b -> b.keyCookies(Selection.ALL)));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        ScriptedViewer viewer = edge.clearViewer();
        expect(viewer.get("/a", "Cookie", "session=secret")).status(200);
        expect(viewer.get("/a", "Cookie", "session=other")).status(200);
        expect(viewer.get("/a", "Cookie", "session=secret")).hit();
        edge.logLines(3);
        List<String> remarks = Files.readAllLines(edge.state().resolve("access.log")).stream()
                .filter(line -> line.startsWith("#Remark: "))
                .toList();
        assertEquals(3, remarks.size(), remarks.toString());
        assertTrue(
                remarks.get(0).matches("#Remark: .*keyed=c:session=[0-9a-f]{16};.*cache_control=max-age=60.*"),
                remarks.get(0));
        String checksum = remarks.get(0).replaceFirst(".*checksum=([0-9a-f]{8}).*", "$1");
        assertTrue(remarks.get(1).endsWith("checksum=" + checksum), remarks.toString());
        assertTrue(!remarks.toString().contains("secret"), remarks.toString());
        assertTrue(!remarks.get(2).contains("checksum"), "a hit tells nothing of the origin");
    }
}
