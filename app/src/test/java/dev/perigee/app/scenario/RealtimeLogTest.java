package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.LogField;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What real-time logs tell of a request. */
class RealtimeLogTest {
    private static final List<LogField> ALL = LogField.realtimeNames().stream()
            .map(name -> Objects.requireNonNull(LogField.realtime(name)))
            .toList();

    private static String value(String line, String name) {
        String[] values = line.split("\t", -1);
        assertEquals(ALL.size(), values.length, line);
        return values[LogField.realtimeNames().indexOf(name)];
    }

    @Scenario
    void allFieldsOfAMissAndAHit(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a*").reply(200, maxAge(60), header("Content-Type", "text/plain"), body("hello"));
        edge.serve(distribution(origin).byDefault(behavior -> behavior.realtimeLog("live", 100, ALL)));
        var response = viewer.get(
                        "/a?x=1&CMCD=bl%3D21300%2Cbs%2Ccid%3D%22a%2Cb%22",
                        "User-Agent",
                        "curl/8 (x)",
                        "Cookie",
                        "id=1; b=2",
                        "Accept",
                        "*/*",
                        "CMCD-Object",
                        "br=3200,bl=1")
                .response();
        viewer.get("/a?x=2").response();
        List<String> lines = edge.realtimeLines("live", 2);
        String miss = lines.getFirst();
        assertTrue(value(miss, "timestamp").matches("[0-9]{10}\\.[0-9]{3}"), miss);
        assertEquals("127.0.0.1", value(miss, "c-ip"));
        assertEquals("127.0.0.1", value(miss, "s-ip"));
        assertEquals("200", value(miss, "sc-status"));
        assertEquals("http", value(miss, "cs-protocol"));
        assertEquals(HOST, value(miss, "cs-host"));
        assertEquals("/a?x=1&CMCD=bl%253D21300%252Cbs%252Ccid%253D%2522a%252Cb%2522", value(miss, "cs-uri-stem"));
        assertEquals("IAD50-P1", value(miss, "x-edge-location"));
        assertEquals(response.header("X-Amz-Cf-Id"), value(miss, "x-edge-request-id"));
        assertEquals("HTTP/1.1", value(miss, "cs-protocol-version"));
        assertEquals("IPv4", value(miss, "c-ip-version"));
        assertEquals("curl/8%20(x)", value(miss, "cs-user-agent"));
        assertEquals("id=1;%20b=2", value(miss, "cs-cookie"));
        assertEquals("Miss", value(miss, "x-edge-result-type"));
        assertEquals("text/plain", value(miss, "sc-content-type"));
        assertEquals("5", value(miss, "sc-content-len"));
        assertEquals("*/*", value(miss, "cs-accept"));
        assertEquals("*", value(miss, "cache-behavior-path-pattern"));
        assertEquals("5", value(miss, "cs-headers-count"));
        assertTrue(value(miss, "cs-headers").contains("User-Agent:curl/8%20(x)%0A"), miss);
        assertTrue(value(miss, "cs-header-names").contains("User-Agent%0ACookie%0A"), miss);
        assertTrue(value(miss, "origin-fbl").matches("[0-9]+\\.[0-9]{3}"), miss);
        assertTrue(value(miss, "origin-lbl").matches("[0-9]+\\.[0-9]{3}"), miss);
        assertEquals("21300", value(miss, "cmcd-buffer-length"));
        assertEquals("true", value(miss, "cmcd-buffer-starvation"));
        assertEquals("a,b", value(miss, "cmcd-content-id"));
        assertEquals("3200", value(miss, "cmcd-encoded-bitrate"));
        assertEquals("-", value(miss, "cmcd-version"));
        assertEquals("-", value(miss, "distribution-tenant-id"));
        String hit = lines.getLast();
        assertEquals("Hit", value(hit, "x-edge-result-type"));
        assertEquals("-", value(hit, "origin-fbl"));
        assertEquals("-", value(hit, "r-host"));
        assertEquals("-", value(hit, "cs-user-agent"));
    }

    @Scenario
    void longCookiesAndHeadersAreCut(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/*").reply(200, maxAge(60), body("x"));
        edge.serve(distribution(origin)
                .byDefault(behavior -> behavior.realtimeLog(
                        "cut", 100, List.of(LogField.CS_COOKIE, LogField.CS_HEADERS, LogField.CS_HEADER_NAMES))));
        viewer.get("/", "Cookie", "a=" + "\u00ff".repeat(900)).response();
        for (String value : edge.realtimeLines("cut", 1).getFirst().split("\t", -1)) {
            assertTrue(value.length() <= 800, value);
            assertTrue(value.matches("([^%]|%[0-9A-F]{2})*"), value);
        }
    }

    @Scenario
    void aShareOfTheRequestsIsTold(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/*").reply(200, maxAge(600), body("x"));
        edge.serve(distribution(origin)
                .byDefault(behavior -> behavior.realtimeLog("some", 10, List.of(LogField.TIMESTAMP, LogField.CS_URI))));
        for (int i = 0; i < 200; i++) viewer.get("/" + i % 3).response();
        // One connection is on one loop, where each hundred has its ten.
        List<String> lines = new ArrayList<>(edge.realtimeLines("some", 20));
        assertEquals(20, lines.size());
        List<String> times = lines.stream()
                .map(line -> line.substring(0, line.indexOf('\t')))
                .toList();
        assertEquals(times.stream().sorted().toList(), times);
    }
}
