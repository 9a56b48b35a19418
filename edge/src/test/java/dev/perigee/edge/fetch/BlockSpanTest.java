package dev.perigee.edge.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockSpanTest {
    @ParameterizedTest(name = "{0} asks for {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0             | bytes=0-999",
                "bytes=999-999         | bytes=0-999",
                "bytes=1000-1000       | bytes=1000-1999",
                "bytes=999-1000        | bytes=0-1999",
                "bytes=5500-5600,9000- | bytes=5000-5999",
                "bytes=0-              | bytes=0-15999",
                "bytes=2500-           | bytes=2000-17999",
                "bytes=2500-99999999999999999999 | bytes=2000-17999",
                "bytes=-5              | bytes=0-0",
                "BYTES=3-4             | bytes=0-999"
            })
    void wholeBlocksAroundTheFirstRange(String range, String asked) {
        BlockSpan span = BlockSpan.of(range, 1000);
        assertNotNull(span);
        assertEquals(asked, span.field().first("Range"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=", "bytes=5-4", "lines=1-2", "bytes=a-b", "bytes=0-9,5-7", "bytes=--1", "bytes"})
    void whatSelectsNoOctetsAsksForEverything(String range) {
        assertNull(BlockSpan.of(range, 1000));
    }

    @Test
    void noFieldAsksForEverything() {
        assertNull(BlockSpan.of(null, 1000));
    }

    @Test
    void theEndIsOnlyKnownAfterAProbe() {
        BlockSpan span = BlockSpan.of("bytes=-1", 1000);
        assertNotNull(span);
        assertTrue(span.probe());
    }

    @ParameterizedTest(name = "{0} of {1} -> {2}")
    @CsvSource(
            nullValues = "all",
            value = {
                "bytes=-1,       2500, bytes=2000-2999",
                "bytes=-600,     2500, bytes=1000-2999",
                "bytes=-9999,    2500, bytes=0-2999",
                "bytes=5-5,      2500, bytes=0-999",
                "bytes=1500-,    2500, bytes=1000-2999",
                "bytes=9000-,    2500, bytes=9000-24999",
                "bytes=5-4,      2500, all",
                "bytes=0-0,      1000, all",
                "bytes=0-0,      -1,   all"
            })
    void whereTheLengthIsKnownTheEndIsToo(String range, long length, @Nullable String asked) {
        BlockSpan span = BlockSpan.of(range, 1000, length);
        assertEquals(asked, span == null ? null : span.field().first("Range"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=9223372036854775806-",
                "bytes=9223372036854775805-9223372036854775806",
                "bytes=9223372036853000000-"
            })
    void positionsBeyondAnyObjectDoNotOverflow(String range) {
        BlockSpan span = BlockSpan.of(range, 1 << 20);
        assertNotNull(span);
        assertTrue(span.first() >= 0 && span.last() >= span.first(), span.toString());
    }
}
