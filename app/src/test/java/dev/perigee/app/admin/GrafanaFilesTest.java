package dev.perigee.app.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard and the alert rules ask for nothing that edges do not say. */
class GrafanaFilesTest {
    private static final Path FOLDER = Path.of("..", "docs", "grafana");
    private static final Pattern NAME = Pattern.compile("perigee_[a-z_]+");

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) names.add(matcher.group());
        return names;
    }

    private static Set<String> said() {
        long[] counts = new long[Count.kinds()];
        Arrays.fill(counts, 1);
        int[] steps = new int[Latencies.STEPS];
        steps[0] = 1;
        Traffic traffic = Traffic.of(counts, Latencies.of(steps), Latencies.of(steps));
        String metrics = Metrics.of(AdminServerTest.status(), Map.of("E1", traffic));
        return names(metrics.replaceAll("(?m)^#.*$", ""));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"dashboard.json", "alerts.yml"})
    void everyMetricIsThere(String file) throws IOException {
        Set<String> asked = names(Files.readString(FOLDER.resolve(file)));
        assertTrue(asked.size() > 5, asked.toString());
        asked.removeAll(said());
        assertEquals(Set.of(), asked);
    }

    @Test
    void panelsHaveExpressionsAndPlacesOfTheirOwn() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
        Set<String> places = new TreeSet<>();
        Set<Integer> ids = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertTrue(ids.add(panel.path("id").asInt()));
            assertTrue(places.add(panel.path("gridPos").toString()));
            for (JsonNode target : panel.path("targets")) {
                assertTrue(target.path("expr").asText().contains("pop=~\"$pop\""), target.toString());
            }
        }
        assertEquals(12, ids.size());
    }
}
