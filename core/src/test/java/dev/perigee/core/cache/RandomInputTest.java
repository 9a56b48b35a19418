package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.ByteRange;
import dev.perigee.core.http.ByteRanges;
import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.ContentRange;
import dev.perigee.core.http.Cookies;
import dev.perigee.core.http.EntityTag;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.PathNormalizer;
import dev.perigee.core.http.QueryString;
import dev.perigee.core.http.RangeOutcome;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.StructuredDictionary;
import dev.perigee.core.http.TargetedCacheControl;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What comes from the network, made up at random from the words and characters that mean something there. Nothing may
 * throw, and what is read must hold together.
 */
class RandomInputTest {
    private static final int ROUNDS = 5_000;
    private static final int WORDS_MAX = 12;

    /** Each text once; a failure names the seed and the text. */
    private static void each(long seed, String words, Consumer<String> check) {
        SplittableRandom random = new SplittableRandom(seed);
        String[] pool = words.split(" ", -1);
        for (int round = 0; round < ROUNDS; round++) {
            String text = text(random, pool);
            try {
                check.accept(text);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": <" + text + ">", e);
            }
        }
    }

    private static String text(SplittableRandom random, String[] pool) {
        StringBuilder text = new StringBuilder();
        for (int words = random.nextInt(WORDS_MAX); words > 0; words--) {
            switch (random.nextInt(8)) {
                case 0 -> text.append((char) random.nextInt(' ', 256));
                case 1 -> text.append(' ');
                case 2 -> text.append(random.nextInt(20));
                case 3 -> text.append(random.nextLong());
                default -> text.append(pool[random.nextInt(pool.length)]);
            }
        }
        return text.toString();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void ranges(long seed) {
        SplittableRandom lengths = new SplittableRandom(seed);
        each(seed, "bytes= bytes= bytes=0- - -5 , ,, 0-0 1-2, 9223372036854775807 BYTES= =", text -> {
            long length = lengths.nextInt(30);
            RangeOutcome outcome = ByteRanges.parse(text, length);
            // Before the length is known a first range may be named that turns out to be beyond it, never an error.
            ByteRanges.firstOf(text);
            if (!(outcome instanceof RangeOutcome.Satisfiable(List<ByteRange> found))) return;
            assertTrue(!found.isEmpty() && found.size() <= ByteRanges.MAX_RANGES);
            long end = -1;
            for (ByteRange range : found) {
                assertTrue(range.first() > end && range.first() <= range.lastInclusive(), found::toString);
                end = range.lastInclusive();
            }
            assertTrue(end < length, found::toString);
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void contentRanges(long seed) {
        each(seed, "bytes bytes_ 0-1/2 / * - 0 */ 5-9/10 /*", text -> {
            ContentRange range = ContentRange.parse(text.replace('_', ' '));
            if (range == null) return;
            assertTrue(range.first() >= 0 && range.last() >= range.first() && range.octets() > 0, range::toString);
            assertTrue(range.length() < 0 || range.last() < range.length(), range::toString);
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void cacheControl(long seed) {
        String words =
                "max-age= s-maxage= no-store no-cache no-cache=\"a,b\" private private=\"x\" public , , = \" \\ ;"
                        + " stale-while-revalidate= stale-if-error=5 must-revalidate must-understand MAX-AGE=7 immutable";
        each(seed, words, text -> {
            Fields fields = Fields.of("Cache-Control", text);
            CacheControl read = CacheControl.parse(fields);
            for (long seconds :
                    new long[] {read.maxAge(), read.sMaxAge(), read.staleWhileRevalidate(), read.staleIfError()}) {
                assertTrue(seconds >= -1 && seconds <= CacheControl.MAX_SECONDS, read::toString);
            }
            if (text.chars().allMatch(c -> c < 0x80)) {
                String upper = text.toUpperCase(Locale.ROOT);
                assertEquals(read, CacheControl.parse(Fields.of("cache-control", upper)), "case means nothing");
            }
            // An element may stand in a line of its own.
            assertEquals(
                    CacheControl.parse(Fields.of("Cache-Control", "no-store, max-age=1")),
                    CacheControl.parse(Fields.of("Cache-Control", "no-store", "Cache-Control", "max-age=1")));
            TargetedCacheControl.parse(Fields.of(TargetedCacheControl.NAME, text));
            // Whatever the origin says, the time to live is within what the policy allows.
            var head = Samples.response(200, "Cache-Control", text, "Age", text, "Expires", text);
            long ttl = Freshness.ttlSeconds(Samples.ttls(10, 100, 1_000), head, read, 1_800_000_000);
            assertTrue(ttl >= 10 && ttl <= 1_000, "ttl " + ttl);
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void acceptEncoding(long seed) {
        each(seed, "gzip br gzip;q=0 br;q=1.0 , ; q= identity * deflate x-gzip GZIP ,", text -> {
            for (int flags = 0; flags < 4; flags++) {
                boolean gzip = (flags & 1) != 0;
                boolean brotli = (flags & 2) != 0;
                String value = AcceptEncoding.normalize(HttpVersion.HTTP_1_1, text, gzip, brotli);
                if (flags == 0) assertNull(value);
                else assertTrue(Set.of("br,gzip", "br", "gzip", "identity").contains(String.valueOf(value)));
                if (value == null) continue;
                assertEquals(value, AcceptEncoding.normalize(HttpVersion.HTTP_1_1, value, gzip, brotli), "again");
                assertTrue(gzip || !value.contains("gzip"));
                assertTrue(brotli || !value.contains("br"));
            }
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void vary(long seed) {
        var forwarding = new Forwarding(Forwarding.Headers.LIST, List.of("origin"), Selection.NONE, Selection.NONE);
        var behavior = Samples.behavior(Samples.ttls(0, 1, 2), forwarding, Samples.origin(Origin.Kind.CUSTOM));
        Set<String> allowed = Set.of("origin", "accept-encoding", "cookie", "*");
        each(seed, "Origin origin Accept-Encoding Cookie * , , User-Agent X-A", text -> {
            Fields shown = ViewerFields.forViewer(behavior, Fields.of("Vary", text), "me");
            String vary = shown.joined("Vary");
            if (vary == null) return;
            for (String name : vary.split(", ", -1)) assertTrue(allowed.contains(name.toLowerCase(Locale.ROOT)), vary);
            assertEquals(vary, ViewerFields.forViewer(behavior, shown, "me").joined("Vary"), "again");
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void cacheTags(long seed) {
        each(seed, "cats DOGS cats , , ; \t dog", text -> {
            Fields fields = Fields.of("Tags", text);
            boolean carried = CacheTags.carriesAny(fields, "tags", Set.of("cats"));
            boolean named = false;
            for (String tag : text.split(",", -1)) named |= tag.strip().equalsIgnoreCase("cats");
            // At most WORDS_MAX tags: the limit does not come into it.
            assertEquals(named, carried);
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void cookiesAndParameters(long seed) {
        Selection some = Selection.of(List.of("a", "b*"));
        each(seed, "a= b= a=1 bc=2 ; ;_ & & = % %20 a c=3", text -> {
            for (Selection selection : List.of(Selection.ALL, some, Selection.allExcept(List.of("a")))) {
                String cookies = Cookies.select(List.of(text), selection);
                if (cookies != null) assertEquals(cookies, Cookies.select(List.of(cookies), selection), "again");
                String query = QueryString.select(text, selection);
                if (query != null) assertEquals(query, QueryString.select(query, selection), "again");
            }
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void cacheKeys(long seed) {
        var policy = Samples.keyed(List.of("x-a"), Selection.of(List.of("a")), Selection.of(List.of("q")));
        each(seed, "a=1 q=2 & ; x /../ %2e gzip , =", text -> {
            CacheKey key = key(policy, "/" + text, text, "X-A", text, "Cookie", text);
            assertEquals(key, key(policy, "/" + text, text, "x-a", text, "cookie", text, "X-B", "other"));
            assertEquals(
                    key.hashCode(),
                    key(policy, "/" + text, text, "x-a", text, "cookie", text).hashCode());
            assertTrue(!key.equals(key(policy, "/" + text, text, "X-A", text + "!", "Cookie", text)), "X-A is keyed");
            assertTrue(!key.equals(key(policy, "/" + text, text, "Cookie", text)), "absent is not empty");
            assertTrue(!key.equals(key(policy, "/" + text + "!", text, "X-A", text, "Cookie", text)), "path is keyed");
        });
    }

    private static CacheKey key(CachePolicy policy, String path, String query, String... fields) {
        var request = new RequestHead("GET", path, query, "www.example.com", HttpVersion.HTTP_1_1, Fields.of(fields));
        return CacheKey.of("E1", policy, Method.GET, request);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void theRest(long seed) {
        each(seed, "W/ \" \"a\" W/\"b\" , * Sun,_06_Nov_1994 GMT : / . .. %2e %2F a=1 ?0 (a_b)", raw -> {
            String text = raw.replace('_', ' ');
            EntityTag.isValid(text);
            EntityTag.isAny(List.of(text));
            if (EntityTag.isValid(text)) assertTrue(EntityTag.weakMatch(text, text));
            assertTrue(!EntityTag.anyStrongMatch(List.of(text), "W/\"b\""), "weak is never strong");
            long date = HttpDate.parse(text);
            if (date != HttpDate.NONE) assertEquals(date, HttpDate.parse(HttpDate.format(date)));
            Map<String, Object> members = StructuredDictionary.parse(text);
            assertTrue(members == null || !members.containsKey(""));
            String path = PathNormalizer.normalize("/" + text);
            assertTrue(path.startsWith("/"), path);
            if (path.indexOf('%') < 0) assertEquals(path, PathNormalizer.normalize(path), "again");
        });
    }

    @Test
    void everyDateIsReadAsItWasWritten() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < ROUNDS; i++) {
            long seconds = random.nextLong(0, 253_402_300_800L);
            String text = HttpDate.format(seconds);
            assertNotNull(text);
            assertEquals(seconds, HttpDate.parse(text), text);
        }
    }
}
