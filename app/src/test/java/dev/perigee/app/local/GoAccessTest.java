package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.app.cli.CommandTree;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that others made for CloudFront's logs reads ours. */
@Tag("full")
class GoAccessTest {
    private static final List<String> AGENTS = List.of(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
            "curl/8.5.0",
            "it's \"quoted\" {x}|y\\z",
            "",
            utf8("PetTracker/2 (猫; é)"),
            "100%25 %zz %\t%20 <script>alert(1)</script> `id` ~^[]",
            "-",
            "a".repeat(1500));

    @Scenario
    void everyLineIsUnderstood(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, @TempDir Path temporary)
            throws Exception {
        origin.on("GET", "/*").reply(200, Replies.maxAge(600), Replies.body("photo"));
        edge.serve(DistributionBuilder.distribution(origin).logsTo("logs", "", true));
        int requests = 400;
        for (int i = 0; i < requests; i++) {
            String target =
                    "/pets/" + i % 20 + "/photo%20" + i % 3 + ".jpg" + (i % 2 == 0 ? "" : "?a=" + i + "&b='%7C'");
            viewer.get(target, "User-Agent", AGENTS.get(i % AGENTS.size()), "Cookie", "id=" + i + "; a=\"b c\"")
                    .response();
        }
        Path log = temporary.resolve("cloudfront");
        Files.write(log, edge.logLines(requests));
        JsonNode general = report(log, temporary).path("general");
        assertEquals(requests, general.path("valid_requests").asInt(), general.toPrettyString());
        assertEquals(0, general.path("failed_requests").asInt(), general.toPrettyString());
    }

    @Test
    @Timeout(300)
    void aHundredThousandDeliveredLinesAreUnderstoodAndEqualTheMetrics(@TempDir Path temporary) throws Exception {
        SystemFolder folder = SystemFolder.at(temporary.resolve("system"));
        var options = LocalOptions.on(PortChoice.AUTO).knowing(ViewerChoice.of(null, "loopback"));
        LocalSystem.Started started = LocalSystem.start(folder, options, "test");
        try (LocalSystem system = started.system();
                SignedClient client = new SignedClient(started.runFile().api())) {
            client.s3("PUT", "/pettracker-images", "").expect(200);
            client.s3("PUT", "/photo-logs", "").expect(200);
            String config = LogStreamsTest.distribution("logged", "")
                    .replace(
                            "<Comment></Comment>",
                            "<Comment></Comment><Logging><Enabled>true</Enabled><IncludeCookies>false</IncludeCookies>"
                                    + "<Bucket>photo-logs.s3.amazonaws.com</Bucket><Prefix></Prefix></Logging>");
            var made = client.deployed(config);
            String host = made.element("DomainName");
            String http = started.runFile().pops().getFirst().http();
            int requests = 100_000;
            ask(http, host, requests);
            StringWriter out = new StringWriter();
            PrintWriter printed = new PrintWriter(out, true);
            assertEquals(
                    0, CommandTree.run(printed, printed, "logs", "--flush", "--data=" + folder.root()), out.toString());
            Path log = temporary.resolve("delivered");
            Files.writeString(log, DeliveredLogs.text(folder, "photo-logs"), StandardCharsets.ISO_8859_1);
            JsonNode general = report(log, temporary).path("general");
            assertEquals(requests, general.path("valid_requests").asInt(), general.toPrettyString());
            assertEquals(0, general.path("failed_requests").asInt(), general.toPrettyString());
            long octets = DeliveredLogs.lines(folder, "photo-logs").stream()
                    .mapToLong(fields -> Long.parseLong(fields[3]))
                    .sum();
            String metrics = Http.get(started.runFile().pops().getFirst().admin() + "/metrics")
                    .whole();
            String labels = "{pop=\"IAD\",distribution=\"" + made.element("Id") + "\"";
            assertTrue(metrics.contains("perigee_distribution_sent_bytes_total" + labels + "} " + octets), metrics);
            assertTrue(
                    metrics.contains("perigee_distribution_request_duration_seconds_count" + labels + "} " + requests),
                    metrics);
            assertTrue(system != null);
        }
    }

    /** Viewers of all kinds: what they send is told from what Latin-1 makes of UTF-8, as it comes over the wire. */
    private static void ask(String http, String host, int requests) throws IOException {
        List<String> targets = List.of(
                "/pets/a%20b.jpg?q='1'",
                "/b.jpg", "/c/%7Ed.html?x=1&y=%22", "/%E7%8C%AB.jpg?%zz&50%25", "//x?", "/?a=b?c");
        List<String> viewers = List.of("192.0.2.7", "2001:db8::7", "::ffff:198.51.100.3", "2001:db8:0:1:1:1:1:1");
        List<String> referers =
                List.of("https://pettracker.com/?a=b", "", "https://x.example/%\"'<>\t", utf8("https://猫.example/"));
        int share = requests / viewers.size() / AGENTS.size();
        for (int v = 0; v < viewers.size(); v++) {
            String family = viewers.get(v).contains(":") ? "TCP6" : "TCP4";
            String here = family.equals("TCP6") ? "2001:db8::1" : "192.0.2.1";
            String header = "PROXY " + family + ' ' + viewers.get(v) + ' ' + here + " 4711 80\r\n";
            try (var connection = new Pipelined(http, host, header)) {
                for (int a = 0; a < AGENTS.size(); a++) {
                    String fields = "User-Agent: " + AGENTS.get(a) + "\r\nReferer: "
                            + referers.get((a + v) % referers.size()) + "\r\nX-Forwarded-For: "
                            + viewers.get((a + 1) % viewers.size()) + ", 10.0.0.1\r\n";
                    connection.get(targets, share, fields);
                }
            }
        }
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static JsonNode report(Path log, Path temporary) throws Exception {
        Path report = temporary.resolve("report.json");
        var ended = Programs.run(
                "goaccess",
                Map.of(),
                "",
                List.of(
                        "goaccess",
                        log.toString(),
                        "--log-format=CLOUDFRONT",
                        "--no-global-config",
                        "-o",
                        report.toString()));
        assertEquals(0, ended.code(), ended.printed());
        return new ObjectMapper().readTree(report.toFile());
    }
}
