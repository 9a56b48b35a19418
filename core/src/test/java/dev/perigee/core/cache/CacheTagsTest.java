package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheTagsTest {
    @ParameterizedTest(name = "{0} carries {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "cat          | cat | true",
                "CAT          | cat | true",
                "dog, Cat ,   | cat | true",
                "dog,,cat     | cat | true",
                "cats         | cat | false",
                "cat dog      | cat | false",
                "a cat, b     | cat | false",
                "käfer, cat   | cat | true",
                ",            | cat | false",
            })
    void readsAList(String value, String tag, boolean expected) {
        assertEquals(expected, CacheTags.carriesAny(Fields.of("X-Tags", value), "x-tags", Set.of(tag)));
    }

    @Test
    void everyLineCountsButOtherHeadersDoNot() {
        Fields fields = Fields.of("X-Tags", "a", "X-Other", "b", "x-tags", "c");
        assertTrue(CacheTags.carriesAny(fields, "x-tags", Set.of("c")));
        assertFalse(CacheTags.carriesAny(fields, "x-tags", Set.of("b")));
    }

    @Test
    void theFirstFiftyTagsOfUpTo256CharactersCount() {
        String fifty = IntStream.range(0, 49).mapToObj(i -> "t" + i).collect(Collectors.joining(","));
        String longest = "x".repeat(256);
        assertTrue(CacheTags.carriesAny(Fields.of("T", fifty + ",a,b"), "t", Set.of("a")));
        assertFalse(CacheTags.carriesAny(Fields.of("T", fifty + ",a,b"), "t", Set.of("b")));
        assertFalse(CacheTags.carriesAny(Fields.of("T", fifty, "T", "a,b"), "t", Set.of("b")));
        assertTrue(CacheTags.carriesAny(Fields.of("T", longest), "t", Set.of(longest)));
        assertFalse(CacheTags.carriesAny(Fields.of("T", longest + "x"), "t", Set.of(longest + "x")));
    }
}
