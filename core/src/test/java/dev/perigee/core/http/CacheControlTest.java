package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheControlTest {
    private static CacheControl parse(String... lines) {
        Fields.Builder builder = Fields.builder(4).add("Date", "x");
        for (String line : lines) builder.add("cache-control", line);
        return CacheControl.parse(builder.build());
    }

    @ParameterizedTest(name = "{0} -> max-age {1}, s-maxage {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60                            | 60 | -1",
                "MAX-AGE=60, S-MaxAge=5                | 60 | 5",
                "max-age=\"60\"                        | 60 | -1",
                " max-age=60 ,, ,public                | 60 | -1",
                "max-age=0060                          | 60 | -1",
                "max-age = 60                          | 60 | -1",
                "max-age=2147483648                    | 2147483648 | -1",
                "max-age=2147483649                    | 2147483648 | -1",
                "max-age=99999999999999999999999999    | 2147483648 | -1",
                "max-age=-5                            | 0 | -1",
                "max-age=+5                            | 0 | -1",
                "max-age=1.5                           | 0 | -1",
                "max-age=60s                           | 0 | -1",
                "max-age='60'                          | 0 | -1",
                "max-age=                              | 0 | -1",
                "max-age                               | 0 | -1",
                "max-age=6 0                           | 0 | -1",
                "max-age=60, max-age=5                 | 60 | -1",
                "max-age=x, max-age=5                  | 0 | -1",
                "ext=\"max-age=60\", max-age=5         | 5 | -1",
                "ext=\"a, max-age=60\", max-age=5      | 5 | -1",
                "ext=\"a\\\", max-age=60\", max-age=5  | 5 | -1",
                "ext=\"a, max-age=60                   | 60 | -1",
                "xmax-age=60                           | -1 | -1",
                "max-age:60                            | -1 | -1",
                "s-maxage=0, max-age=60                | 60 | 0",
            })
    void readsSeconds(String line, long maxAge, long sMaxAge) {
        CacheControl cc = parse(line);
        assertEquals(maxAge, cc.maxAge());
        assertEquals(sMaxAge, cc.sMaxAge());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "no-store                     | true  | false | false",
                "NO-Store, max-age=5          | true  | false | false",
                "no-store=1                   | true  | false | false",
                "no-cache                     | false | true  | false",
                "private                      | false | false | true",
                "private,no-cache,no-store    | true  | true  | true",
                "no-cache=\"Set-Cookie\"      | false | false | false",
                "private=\"X-A\"              | false | false | false",
                "no-cache=\"\"                | false | true  | false",
                "no-cache=                    | false | true  | false",
                "private=\", ,\"              | false | false | true",
                "private=\"a b\"              | false | false | true",
                "private=\"x-a, no-store      | true  | false | true",
                "no-cache=\"x\", no-cache     | false | true  | false",
                "not-no-store                 | false | false | false",
                "public                       | false | false | false",
            })
    void readsProhibitions(String line, boolean noStore, boolean noCache, boolean isPrivate) {
        CacheControl cc = parse(line);
        assertEquals(noStore, cc.noStore(), "no-store");
        assertEquals(noCache, cc.noCache(), "no-cache");
        assertEquals(isPrivate, cc.isPrivate(), "private");
        assertEquals(noStore || noCache || isPrivate, cc.forbidsReuse());
    }

    @Test
    void readsFieldNames() {
        CacheControl cc = parse("no-cache=\"Set-Cookie, X-A\", private=X-B, private=\"x-c\"");
        assertEquals(List.of("set-cookie", "x-a"), cc.noCacheFields());
        assertEquals(List.of("x-b", "x-c"), cc.privateFields());
    }

    @Test
    void addsUpAllLines() {
        CacheControl cc = parse("max-age=60", "no-store", "max-age=5, stale-if-error=0");
        assertEquals(60, cc.maxAge());
        assertTrue(cc.noStore());
        assertEquals(0, cc.staleIfError());
        assertEquals(-1, cc.staleWhileRevalidate());
    }

    @ParameterizedTest
    @CsvSource({"must-revalidate, true", "Proxy-Revalidate, true", "must-understand, false", "immutable, false"})
    void readsMustRevalidate(String line, boolean expected) {
        assertEquals(expected, parse(line).mustRevalidate());
        assertEquals(line.equals("must-understand"), parse(line).mustUnderstand());
        assertFalse(parse(line).isPublic());
    }

    @Test
    void readsStaleWindows() {
        CacheControl cc = parse("public, stale-while-revalidate=30, stale-if-error=\"40\"");
        assertTrue(cc.isPublic());
        assertEquals(30, cc.staleWhileRevalidate());
        assertEquals(40, cc.staleIfError());
        assertEquals(-1, cc.sharedMaxAge());
    }

    @Test
    void withoutTheFieldThereIsNothing() {
        assertSame(CacheControl.NONE, parse());
        assertEquals(CacheControl.NONE, parse(""));
        assertEquals(CacheControl.NONE, parse(",", " , ,"));
    }

    @Test
    void survivesRandomText() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "max-ge=0123456789\",\\ nostrpivcu;\t";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder line = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--)
                line.append(alphabet.charAt(random.nextInt(alphabet.length())));
            // Whatever came before, a directive on a line of its own is seen.
            CacheControl cc = parse(line.toString(), "no-store");
            assertTrue(cc.noStore(), () -> "seed " + seed + ": " + line);
            assertTrue(cc.maxAge() >= -1 && cc.maxAge() <= CacheControl.MAX_SECONDS, () -> "seed " + seed);
        }
    }
}
