package dev.perigee.app.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopViewTest {
    private static JsonNode picture() throws IOException {
        return new ObjectMapper().readTree("""
                {"second":1795608000,"total":{"requests":120,"perSecond":2,"hitRatio":0.75,"p50Millis":0.4,
                  "p99Millis":250,"errors5xx":1,"countries":{"":100,"AU":20}},
                 "pops":[{"pop":"IAD","perSecond":2,"errors5xx":1},{"pop":"SYD","failure":"no answer: \\u001b[2J"}],
                 "distributions":[{"id":"E1","requests":120,"hitRatio":0.75}],
                 "urls":[{"path":"/a\\u001b]0;x\\u0007","requests":9}],"misses":[],
                 "series":[{"requests":0},{"requests":1},{"requests":800}],"cost":{"usd":0.5,"usdPerHour":1}}
                """);
    }

    @Test
    void itShowsWhatHappensInTheWidthThatThereIs() throws IOException {
        List<String> lines = TopView.of(picture(), 100, false);
        String all = String.join("\n", lines);
        assertTrue(lines.getFirst().contains("2 req/s") && lines.getFirst().contains("hits 75.0%"), all);
        assertTrue(all.contains(" ▁█  up to 800"), all);
        assertTrue(all.contains("from:  unknown 100  AU 20"), all);
        assertTrue(all.contains("250 ms") && all.contains("0.40 ms"), all);
        for (String line : TopView.of(picture(), 30, false)) assertTrue(line.length() <= 30, line);
    }

    @Test
    void nothingThatAViewerSendsReachesTheTerminalAsACommand() throws IOException {
        String all = String.join("\n", TopView.of(picture(), 100, false));
        assertFalse(all.contains("\033") || all.contains("\007"), all);
        String coloured = String.join("\n", TopView.of(picture(), 100, true));
        assertFalse(coloured.contains("\033[2J") || coloured.contains("\033]0"), coloured);
    }
}
