package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyDifferenceTest {
    private static CacheKey key(
            String path,
            @Nullable String query,
            @Nullable String encoding,
            @Nullable String language,
            @Nullable String cookies) {
        return CacheKey.restored(
                "E1",
                false,
                path,
                query,
                encoding,
                List.of("accept-language"),
                java.util.Collections.singletonList(language),
                cookies);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, ''",
                "a=1, a=1, ''",
                "a=1, -, query parameter a",
                "a=1&utm_source=x, a=1, query parameter utm_source",
                "a=1&a=2, a=1, query parameter a",
                "a=1&a=2, a=2&a=1, query parameter a",
                "a=1&b=2, b=2&a=1, order of the query parameters",
                "a=1&b=2, a=2&b=1, query parameter a|query parameter b",
                "a, a=, query parameter a",
                "a=1&, a=1, 'query parameter '",
            })
    void queryParametersAreNamed(@Nullable String a, @Nullable String b, String differs) {
        assertEquals(differs, text(key("/p", a, null, null, null), key("/p", b, null, null, null)));
        assertEquals(differs, text(key("/p", b, null, null, null), key("/p", a, null, null, null)));
    }

    @Test
    void everyPartIsLookedAt() {
        CacheKey a = key("/p", "x=1", "br", "de", "s=1; t=2");
        CacheKey b = key("/p", "x=2", "gzip", null, "t=2");
        assertEquals("query parameter x|cookie s|header accept-language|Accept-Encoding", text(a, b));
        assertEquals("Accept-Encoding", text(a, key("/p", "x=1", null, "de", "s=1; t=2")));
        assertEquals("header accept-language", text(a, key("/p", "x=1", "br", "", "s=1; t=2")));
    }

    @Test
    void ofAnotherPathNothingIsSaid() {
        assertNull(KeyDifference.between(key("/p", null, null, null, null), key("/q", null, null, null, null)));
    }

    private static String text(CacheKey a, CacheKey b) {
        List<KeyDifference> found = KeyDifference.between(a, b);
        return found == null
                ? "other"
                : String.join("|", found.stream().map(KeyDifference::toString).toList());
    }
}
