package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathNormalizerTest {
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "/%70rivate/a, /private/a",
        "/a%2Db%5f%7E%2e, /a-b_~.",
        "/a%2fb, /a%2Fb",
        "/%c3%a9, /%C3%A9",
        "/x/../private, /private",
        "/x/./private, /x/private",
        "/x/%2e%2e/private, /private",
        "/x/%2E./private, /private",
        "/../../etc, /etc",
        "/.., /",
        "/., /",
        "/a/.., /",
        "/a/b/.., /a/",
        "/a/b/., /a/b/",
        "/a//../b, /a/b",
        "/%252e%252e/x, /%252e%252e/x",
        "/x/..%2fprivate, /x/..%2Fprivate",
        "/a/../../../b/./c/../d, /b/d",
        "/100%, /100%",
        "/100%2, /100%2",
        "/100%zz%41, /100%zzA",
        "/%%41, /%A",
    })
    void normalizes(String raw, String expected) {
        assertEquals(expected, PathNormalizer.normalize(raw));
        assertEquals(expected, PathNormalizer.normalize(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/a.jpg", "/a/b..c", "/.well-known/x", "/...", "/a//b", "/%2F", "/100%", "/a+b~", "*", ""})
    void leavesTheSameInstance(String raw) {
        assertSame(raw, PathNormalizer.normalize(raw));
    }

    @Test
    void survivesRandomText() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "/./.%%2eE5fFx\u00e9";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder raw = new StringBuilder("/");
            for (int n = random.nextInt(16); n > 0; n--) raw.append(alphabet.charAt(random.nextInt(alphabet.length())));
            String path = PathNormalizer.normalize(raw.toString());
            assertTrue(path.startsWith("/"), () -> "seed " + seed + ": " + raw);
            assertFalse((path + "/").contains("/../"), () -> "seed " + seed + ": " + raw);
            assertFalse((path + "/").contains("/./"), () -> "seed " + seed + ": " + raw);
        }
    }
}
