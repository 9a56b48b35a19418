package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.List;
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

    @Scenario
    void secretsOfTheViewerAreNotLogged(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a", "Cookie", "session=secret", "Authorization", "Basic secret"))
                .status(200);
        assertFalse(edge.logLines(1).getFirst().contains("secret"));
    }
}
