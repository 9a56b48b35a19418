package dev.perigee.core.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The detectors, on attacks and on what people write. */
class DetectionTest {
    private static List<String> corpus(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DetectionTest.class.getResourceAsStream(name), name)) {
            String octets = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            List<String> lines = octets.lines().filter(line -> !line.isEmpty()).toList();
            assertTrue(lines.size() > 30, name);
            return lines;
        }
    }

    private static List<String> missed(String corpus, Predicate<String> detector) throws IOException {
        return corpus(corpus).stream().filter(detector.negate()).toList();
    }

    private static List<String> found(String corpus, Predicate<String> detector) throws IOException {
        return corpus(corpus).stream().filter(detector).toList();
    }

    @Test
    void everySqlAttackIsFoundWithHighSensitivity() throws IOException {
        assertEquals(List.of(), missed("sql-attacks.txt", text -> SqlDetection.finds(text, true)));
    }

    @Test
    void lowSensitivityMissesNoneOfThemEither() throws IOException {
        assertEquals(List.of(), missed("sql-attacks.txt", text -> SqlDetection.finds(text, false)));
    }

    @Test
    void whatPeopleWriteIsNoSql() throws IOException {
        assertEquals(List.of(), found("sql-benign.txt", text -> SqlDetection.finds(text, true)));
        assertEquals(List.of(), found("script-benign.txt", text -> SqlDetection.finds(text, true)));
    }

    @Test
    void everyScriptAttackIsFound() throws IOException {
        assertEquals(List.of(), missed("script-attacks.txt", ScriptDetection::finds));
    }

    @Test
    void whatPeopleWriteIsNoScript() throws IOException {
        assertEquals(List.of(), found("script-benign.txt", ScriptDetection::finds));
        assertEquals(List.of(), found("sql-benign.txt", ScriptDetection::finds));
    }

    /** Comments, case and white space between the tokens change nothing of what a database reads. */
    @Test
    void disguisesOfOneAttackAreAllFound() {
        long seed = System.nanoTime();
        System.out.println("disguises: seed " + seed);
        Random random = new Random(seed);
        String[] tokens = {"1", "union", "all", "select", "password", ",", "2", "from", "users"};
        String[] gaps = {" ", "\t", "\n", "/**/", "/*x*/", "  ", "\u00a0", " /*!*/ ", "\f"};
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (String token : tokens) {
                for (char c : token.toCharArray()) text.append(random.nextBoolean() ? Character.toUpperCase(c) : c);
                text.append(gaps[random.nextInt(gaps.length)]);
            }
            assertTrue(SqlDetection.finds(text.toString(), false), text::toString);
        }
    }

    /** What stands before an attack, however long, hides nothing of it. */
    @Test
    void nothingHidesBehindPadding() {
        assertTrue(SqlDetection.finds("1" + "-0".repeat(8000) + " union select name from users", false));
        assertTrue(SqlDetection.finds("a ".repeat(20_000) + "1 union select name, 2 from users", false));
        assertTrue(ScriptDetection.finds("<b>".repeat(20_000) + "<script>"));
    }

    @Test
    void neverFailsAndTakesTimeInProportion() {
        Random random = new Random(7);
        String alphabet = "'\"`<>=/*-#;(),.@ \0%&|onscriptunionselect10x\\!?[]:";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            boolean low = SqlDetection.finds(text.toString(), false);
            assertTrue(!low || SqlDetection.finds(text.toString(), true), "high finds what low finds: " + text);
            ScriptDetection.finds(text.toString());
        }
        for (String piece : List.of(
                "<", "'", "a=", "/*", "<a ", "(", "on", "\\", "=", "&#", "select ", "a/*!", "a(/*!1", "1 or (")) {
            String long64k = piece.repeat((64 << 10) / piece.length());
            assertTimeoutPreemptively(
                    Duration.ofSeconds(2),
                    () -> {
                        SqlDetection.finds(long64k, true);
                        ScriptDetection.finds(long64k);
                    },
                    piece);
        }
        assertFalse(SqlDetection.finds("", true));
        assertFalse(ScriptDetection.finds(""));
    }
}
