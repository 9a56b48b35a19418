package dev.perigee.edge.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredTextTest {
    @ParameterizedTest(name = "{0} needs {1}")
    @CsvSource(delimiter = '#', commentCharacter = '%', nullValues = "-", textBlock = """
            abc # abc
            ^/api/v[0-9]+/x/ # /api/v
            \\.(bak|old)$ # .
            (a|b).{1,40}from # from
            \\$\\{jndi: # ${jndi:
            ab?c # a
            ab+cd # ab
            ab{0,2}cde # cde
            ab{2}c # a
            (?:abc)def # def
            (?P<n>abc)def # def
            [a\\]bc]xy # xy
            [[:alpha:]b]xy # xy
            []b]xy # xy
            a.bc # bc
            \\bword\\b # word
            a|b # -
            (?i)abc # -
            x(?i:abc) # -
            \\x41bc # -
            \\Qa.b\\E # -
            \\pLab # -
            a{,2}b # -
            é # -
            .* # -
            """)
    void isWhatEveryMatchHas(String expression, @Nullable String text) {
        assertEquals(text, RequiredText.of(expression));
    }

    /** Random expressions over few characters: whatever RE2 finds has the text. */
    @Test
    void neverHidesAMatch() {
        String signs = "aaabbb.*+?|()[]{}12,^$\\d-:Pi<>\\";
        Random random = new Random(7);
        int matched = 0;
        int texts = 0;
        for (int i = 0; i < 60_000; i++) {
            String expression = random(random, signs, 9);
            Pattern pattern;
            try {
                pattern = Pattern.compile(expression);
            } catch (PatternSyntaxException _) {
                continue;
            }
            String required = RequiredText.of(expression);
            if (required == null) continue;
            texts++;
            for (int j = 0; j < 8; j++) {
                String text = random(random, "aabb12.{},-:", 12);
                if (!pattern.matcher(text).find()) continue;
                matched++;
                assertTrue(text.contains(required), () -> expression + " matches " + text + " without " + required);
            }
        }
        assertTrue(texts > 5_000 && matched > 2_000, texts + " texts, " + matched + " matches");
    }

    private static String random(Random random, String from, int most) {
        StringBuilder made = new StringBuilder();
        for (int n = 1 + random.nextInt(most); n > 0; n--) made.append(from.charAt(random.nextInt(from.length())));
        return made.toString();
    }
}
