package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
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
