package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.RangeOutcome.Satisfiable;
import dev.perigee.core.http.RangeOutcome.Unsatisfiable;
import dev.perigee.core.http.RangeOutcome.Whole;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangesTest {
    private static String outcome(@Nullable String header, long length) {
        return switch (ByteRanges.parse(header, length)) {
            case Whole() -> "whole";
            case Unsatisfiable() -> "416";
            case Satisfiable(var ranges) -> {
                StringBuilder text = new StringBuilder();
                for (ByteRange range : ranges)
                    text.append(text.isEmpty() ? "" : ",")
                            .append(range.first())
                            .append('-')
                            .append(range.lastInclusive());
                yield text.toString();
            }
        };
    }

    @ParameterizedTest(name = "{0} of {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0              | 10 | 0-0",
                "bytes=0-9              | 10 | 0-9",
                "bytes=0-99             | 10 | 0-9",
                "bytes=3-               | 10 | 3-9",
                "bytes=-3               | 10 | 7-9",
                "bytes=-99              | 10 | 0-9",
                "bytes=9-               | 10 | 9-9",
                "bytes=10-              | 10 | 416",
                "bytes=10-20            | 10 | 416",
                "bytes=-0               | 10 | 416",
                "bytes=0-0              | 0  | 416",
                "bytes=-5               | 0  | whole",
                "bytes=-0               | 0  | 416",
                "BYTES=1-2              | 10 | 1-2",
                "bytes= 1-2             | 10 | 1-2",
                "bytes=1-2,4-5          | 10 | 1-2,4-5",
                "bytes=1-2 , 4-5        | 10 | 1-2,4-5",
                "bytes=1-2,,3-5         | 10 | 1-2,3-5",
                "bytes=0-0,-1           | 10 | 0-0,9-9",
                "bytes=0-1,20-          | 10 | 0-1",
                "bytes=20-,30-          | 10 | 416",
                "bytes=20-,0-1          | 10 | whole",
                "bytes=4-5,1-2          | 10 | whole",
                "bytes=1-5,5-6          | 10 | whole",
                "bytes=0-,0-            | 10 | whole",
                "bytes=-3,-3            | 10 | whole",
                "bytes=5-3              | 10 | whole",
                "bytes=50-30            | 10 | whole",
                "bytes=1-2,5-3          | 10 | whole",
                "bytes=a-b              | 10 | whole",
                "bytes=1                | 10 | whole",
                "bytes=-                | 10 | whole",
                "bytes=--1              | 10 | whole",
                "bytes=1--2             | 10 | whole",
                "bytes=+1-2             | 10 | whole",
                "bytes=1-2-3            | 10 | whole",
                "bytes=1 -2             | 10 | whole",
                "bytes=0x1-2            | 10 | whole",
                "bytes=                 | 10 | whole",
                "bytes=,                | 10 | whole",
                "bytes 1-2              | 10 | whole",
                "bytes =1-2             | 10 | whole",
                "items=1-2              | 10 | whole",
                "1-2                    | 10 | whole",
                "bytes=1-2              | -1 | whole",
                "bytes=0-18446744073709551616                    | 10 | 0-9",
                "bytes=18446744073709551616-18446744073709551617 | 10 | 416",
                "bytes=-18446744073709551616                     | 10 | 0-9",
                "bytes=9223372036854775807-                      | 9223372036854775807 | 416",
                "bytes=9223372036854775806-                      | 9223372036854775807 | 9223372036854775806-9223372036854775806",
                "bytes=4294967296-4294967297                     | 53687091200 | 4294967296-4294967297",
            })
    void answers(String header, long length, String expected) {
        assertEquals(expected, outcome(header, length));
    }

    @Test
    void withoutTheFieldItIsTheWhole() {
        assertEquals("whole", outcome(null, 10));
    }

    @Test
    void manyRangesCostNoMoreThanNone() {
        StringBuilder many = new StringBuilder("bytes=0-0");
        for (int i = 1; i < ByteRanges.MAX_RANGES; i++)
            many.append(',').append(2 * i).append('-').append(2 * i);
        assertTrue(ByteRanges.parse(many.toString(), 5000) instanceof Satisfiable(var ranges)
                && ranges.size() == ByteRanges.MAX_RANGES);
        many.append(",1000-1000");
        assertEquals("whole", outcome(many.toString(), 5000));
        assertEquals("whole", outcome("bytes=" + "0-,".repeat(1000), 5000));
        assertEquals("whole", outcome("bytes=" + "9000-,".repeat(1000), 5000));
    }

    @Test
    void randomFieldsGiveRangesInsideInOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "0123456789--,, ";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder header = new StringBuilder("bytes=");
            for (int n = random.nextInt(24); n > 0; n--) {
                header.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            long length = random.nextInt(100);
            if (!(ByteRanges.parse(header.toString(), length) instanceof Satisfiable(var ranges))) continue;
            long next = 0;
            for (ByteRange range : ranges) {
                assertTrue(
                        range.first() >= next && range.lastInclusive() < length, () -> "seed " + seed + ": " + header);
                next = range.lastInclusive() + 1;
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "bytes 0-4/10   | 0-4/10",
                "BYTES 0-4/10   | 0-4/10",
                "bytes 5-9/10   | 5-9/10",
                "bytes 5-9/*    | 5-9/-1",
                "bytes 0-0/1    | 0-0/1",
                "bytes 5-10/10  | null",
                "bytes 5-4/10   | null",
                "bytes */10     | null",
                "bytes 0-4      | null",
                "bytes 0-4/     | null",
                "bytes 0-4/**   | null",
                "bytes 0-/10    | null",
                "bytes -4/10    | null",
                "bytes 0-4/-10  | null",
                "bytes=0-4/10   | null",
                "bytes  0-4/10  | null",
                "items 0-4/10   | null",
                "bytes 4/0-10   | null",
                "bytes 0-99999999999999999999/* | null",
            })
    void readsContentRange(String value, @Nullable String expected) {
        ContentRange range = ContentRange.parse(value);
        assertEquals(expected, range == null ? null : range.first() + "-" + range.last() + "/" + range.length());
    }

    @Test
    void writesContentRange() {
        assertEquals("bytes 2-4/10", new ByteRange(2, 4).contentRange(10));
        assertEquals(3, new ByteRange(2, 4).length());
    }
}
