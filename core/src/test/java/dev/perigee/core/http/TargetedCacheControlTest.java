package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetedCacheControlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | 60",
                "max-age=60, foo, bar=\"b\";p=1, baz=(1 a \"x\");q, n=-1.5, d=@1, u=:YQ==: | 60",
                "max-age=1, max-age=2 | 2",
                "max-age=60;x=y;z | 60",
                "max-age=99999999999 | 2147483648",
                "max-age=10,\t s-maxage=30 | 30",
                "foo | -1",
            })
    void readsSeconds(String field, long expected) {
        CacheControl directives = TargetedCacheControl.parse(Fields.of("cdn-cache-control", field));
        assertNotNull(directives);
        assertEquals(expected, directives.sharedMaxAge());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "max-age=\"60\"",
                "max-age=60.0",
                "max-age=-1",
                "max-age",
                "max-age =60",
                "max-age= 60",
                "MaX-aGe=60",
                "max-age=60,",
                "max-age=60,,foo",
                "max-age=60, &&&",
                "max-age=60 foo",
                "max-age=1234567890123456",
                "no-store=1",
                "a=\"open",
                "a=\"\\x\"",
                "a=(1",
                "a=?2",
                "a=1.",
                "a=1.2345",
                "a=:b",
                "a;B",
            })
    void ignoresWhatBreaksTheGrammarOrTheTypes(String field) {
        assertNull(TargetedCacheControl.parse(Fields.of("CDN-Cache-Control", field)));
    }

    @Test
    void joinsLinesAndReadsFlags() {
        CacheControl directives = TargetedCacheControl.parse(
                Fields.of("CDN-Cache-Control", "no-store, no-cache=?0", "CDN-Cache-Control", "private=\"set-cookie\""));
        assertNotNull(directives);
        assertEquals(true, directives.noStore());
        assertEquals(false, directives.noCache());
        assertEquals(true, directives.isPrivate());
        assertEquals(true, directives.targeted());
    }
}
