package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool judges the rules, the configuration and the dashboard's expressions. */
@Tag("full")
class AlertRulesTest {
    private static final Path FOLDER = Path.of("..", "docs", "grafana");

    private static void check(String what, Path file) throws Exception {
        var ended = Programs.run("prometheus", Map.of(), "", List.of("promtool", "check", what, file.toString()));
        assertEquals(0, ended.code(), ended.printed());
    }

    @Test
    void rulesAndConfigurationAreWellFormed() throws Exception {
        check("rules", FOLDER.resolve("alerts.yml"));
        check("config", FOLDER.resolve("prometheus.yml"));
    }

    @Test
    void expressionsOfTheDashboardAreWellFormed(@TempDir Path temporary) throws Exception {
        JsonNode dashboard =
                new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
        List<String> rules = new ArrayList<>(List.of("groups:", "  - name: dashboard", "    rules:"));
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                String expression = target.path("expr").asText().replace("$__rate_interval", "1m");
                rules.add("      - record: panel:" + rules.size());
                rules.add("        expr: '" + expression + "'");
            }
        }
        Path file = temporary.resolve("dashboard.yml");
        Files.write(file, rules);
        check("rules", file);
    }
}
