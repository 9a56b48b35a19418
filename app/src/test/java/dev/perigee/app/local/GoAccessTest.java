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
            "");

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
        LocalSystem.Started started = LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), "test");
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
            try (var connection = new Pipelined(http, host)) {
                connection.get(
                        List.of("/pets/a%20b.jpg?q='1'", "/b.jpg", "/c/%7Ed.html?x=1&y=%22"),
                        requests,
                        "User-Agent: " + AGENTS.getFirst() + "\r\nReferer: https://pettracker.com/?a=b\r\n");
            }
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
