package dev.perigee.core.cache;

import static dev.perigee.core.cache.Samples.get;
import static dev.perigee.core.cache.Samples.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheKeyTest {
    private static final CachePolicy PATH = Samples.keyed(List.of(), Selection.NONE, Selection.NONE);
    private static final CachePolicy EVERYTHING = Samples.keyed(List.of("x-a", "x-b"), Selection.ALL, Selection.ALL);

    private static CacheKey key(CachePolicy policy, RequestHead request) {
        return CacheKey.of("E1", policy, Method.GET, request);
    }

    private static void same(CachePolicy policy, RequestHead a, RequestHead b) {
        assertEquals(key(policy, a), key(policy, b));
        assertEquals(key(policy, a).hashCode(), key(policy, b).hashCode());
        assertEquals(0, key(policy, a).compareTo(key(policy, b)));
    }

    private static void differs(CachePolicy policy, RequestHead a, RequestHead b) {
        differ(key(policy, a), key(policy, b));
    }

    private static void differ(CacheKey a, CacheKey b) {
        assertNotEquals(a, b);
        int order = a.compareTo(b);
        assertNotEquals(0, order);
        assertEquals(Integer.signum(order), -Integer.signum(b.compareTo(a)));
    }

    @Test
    void byDefaultOnlyDistributionAndPathCount() {
        same(PATH, get("/a?x=1", "Host", "a", "Cookie", "a=1", "Accept", "x"), get("/a?x=2", "Host", "b"));
        differs(PATH, get("/a"), get("/A"));
        differs(PATH, get("/a"), get("/a/"));
        differs(PATH, get("/%61"), get("/a"));
        differ(CacheKey.of("E1", PATH, Method.GET, get("/a")), CacheKey.of("E2", PATH, Method.GET, get("/a")));
    }

    @Test
    void getAndHeadShareWhatOptionsDoesNot() {
        CacheKey getKey = CacheKey.of("E1", PATH, Method.GET, get("/a"));
        assertEquals(getKey, CacheKey.of("E1", PATH, Method.HEAD, request("HEAD", "/a")));
        CacheKey options = CacheKey.of("E1", PATH, Method.OPTIONS, request("OPTIONS", "/a"));
        differ(getKey, options);
        assertTrue(options.options());
        differ(options, CacheKey.of("E1", PATH, Method.OPTIONS, request("OPTIONS", "/a", "Origin", "https://b")));
        differ(
                options,
                CacheKey.of(
                        "E1", PATH, Method.OPTIONS, request("OPTIONS", "/a", "Access-Control-Request-Method", "PUT")));
    }

    @Test
    void queryStringsCountAsTheyWereSent() {
        CachePolicy all = Samples.keyed(List.of(), Selection.NONE, Selection.ALL);
        differs(all, get("/a?x=1&y=2"), get("/a?y=2&x=1"));
        differs(all, get("/a?x=1"), get("/a?X=1"));
        differs(all, get("/a?x=1"), get("/a?x=%31"));
        same(all, get("/a?"), get("/a"));
        CachePolicy listed = Samples.keyed(List.of(), Selection.NONE, Selection.of(List.of("x", "y")));
        same(listed, get("/a?x=1&utm=3"), get("/a?utm=4&x=1"));
        differs(listed, get("/a?x=1&y=2"), get("/a?y=2&x=1"));
        assertEquals("x=1", key(listed, get("/a?utm=4&x=1")).query());
        assertNull(key(listed, get("/a?utm=4")).query());
    }

    @Test
    void headersCountWithTheirWholeValue() {
        CachePolicy policy = Samples.keyed(List.of("x-a", "host"), Selection.NONE, Selection.NONE);
        same(policy, get("/a", "X-A", "1"), get("/a", "x-a", "1", "X-B", "2"));
        differs(policy, get("/a", "X-A", "v"), get("/a", "X-A", "V"));
        differs(policy, get("/a", "X-A", ""), get("/a"));
        same(policy, get("/a", "X-A", "1", "X-A", "2"), get("/a", "X-A", "1, 2"));
        differs(policy, get("/a", "X-A", "1", "X-A", "2"), get("/a", "X-A", "1"));
        // The checked host of the request counts, not a field that might disagree with it.
        same(policy, get("/a", "Host", "WWW.example.com:443"), get("/a", "Host", "evil.example"));
        differs(
                policy,
                get("/a"),
                new RequestHead("GET", "/a", null, "other.example.com", HttpVersion.HTTP_1_1, Fields.EMPTY));
    }

    @Test
    void generatedHeadersNeverComeFromTheViewer() {
        CachePolicy policy = Samples.keyed(List.of("cloudfront-viewer-country"), Selection.NONE, Selection.NONE);
        same(policy, get("/a", "CloudFront-Viewer-Country", "AU"), get("/a"));
        RequestHead plain = get("/a");
        differ(
                CacheKey.of("E1", policy, Method.GET, plain, _ -> "AU"),
                CacheKey.of("E1", policy, Method.GET, plain, _ -> "US"));
        assertTrue(CacheKey.of("E1", policy, Method.GET, plain, name -> name)
                .toString()
                .contains("=\"cloudfront-viewer-country\""));
    }

    @Test
    void cookiesCountSortedByName() {
        CachePolicy policy = Samples.keyed(List.of(), Selection.of(List.of("a", "b")), Selection.NONE);
        same(policy, get("/a", "Cookie", "b=2; a=1; c=3"), get("/a", "Cookie", "a=1", "Cookie", "b=2"));
        differs(policy, get("/a", "Cookie", "a=1"), get("/a"));
        same(policy, get("/a", "Cookie", "c=1"), get("/a"));
    }

    @Test
    void encodingsCountInTheirShortForm() {
        CachePolicy policy = Samples.encodings(true, true);
        same(policy, get("/a", "Accept-Encoding", "gzip, deflate, br"), get("/a", "Accept-Encoding", "br;q=1, gzip"));
        differs(policy, get("/a", "Accept-Encoding", "gzip"), get("/a", "Accept-Encoding", "br, gzip"));
        same(policy, get("/a", "Accept-Encoding", "deflate"), get("/a"));
    }

    @Test
    void noDelimiterIsMistakenForAnother() {
        differs(EVERYTHING, get("/a?x=1"), get("/a%3Fx=1"));
        differs(EVERYTHING, get("/a", "X-A", "1", "X-B", ""), get("/a", "X-A", "", "X-B", "1"));
        differs(EVERYTHING, get("/a", "X-A", "1"), get("/a", "X-B", "1"));
        differs(EVERYTHING, get("/a?c=1"), get("/a", "Cookie", "c=1"));
        differs(EVERYTHING, get("/a", "X-A", "p", "X-B", "q"), get("/a", "X-A", "p\" x-b=\"q"));
        // The same value under another policy's header is another request.
        differ(
                key(Samples.keyed(List.of("x-a"), Selection.NONE, Selection.NONE), get("/a", "X-A", "1")),
                key(Samples.keyed(List.of("x-b"), Selection.NONE, Selection.NONE), get("/a", "X-B", "1")));
    }

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource({
        "/a.jpg, /a.jpg, true",
        "/a.jpg, /A.jpg, false",
        "/a.jpg, /a.jpg?x=1, false",
        "/a.jpg, /a.jpgx, false",
        "/a.jpg?x=1, /a.jpg?x=1, true",
        "/a.jpg?x=1, /a.jpg?x=2, false",
        "/a.jpg?x=1, /a.jpg, false",
        "/a.jpg?x=1, /a.jpg?x=11, false",
        "/a.jpg*, /a.jpg?x=1, true",
        "/a.jpg*, /a.jpg, true",
        "/a.jpg?x*, /a.jpg?x=1, true",
        "/a.jpg?x=1&y*, /a.jpg?x=1, false",
        "/a.jpg?*, /a.jpg, false",
        "/a.jpg?*, /a.jpg?x, true",
        "/*, /, true",
        "/*, /b/c?d, true",
        "*, /b, true",
        "/dir*, /dir, true",
        "/dir*, /dir/x, true",
        "/dir*, /directory, true",
        "/dir/*, /dir, false",
        "/dir/*, /dir/, true",
        "/dir/*, /dir/x/y, true",
        "/a*b, /a*b, true",
        "/a*b, /axb, false",
        "/%61, /a, false",
        "'', /a, false",
    })
    void knowsWhatAnInvalidationCovers(String path, String target, boolean expected) {
        CacheKey key = key(Samples.keyed(List.of("x-a"), Selection.NONE, Selection.ALL), get(target, "X-A", "1"));
        assertEquals(expected, key.coveredBy(path));
    }

    @Test
    void withoutQueryInTheKeyThePlainPathCoversAll() {
        CacheKey key = key(PATH, get("/a.jpg?x=1"));
        assertTrue(key.coveredBy("/a.jpg"));
        assertFalse(key.coveredBy("/a.jpg?x=1"));
    }

    /** The parts, joined by a character that none of them has, must tell keys apart exactly as the keys do. */
    @Test
    void equalExactlyWhenAllPartsAre() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, CacheKey> byParts = new HashMap<>();
        List<CacheKey> distinct = new ArrayList<>();
        String[] values = {"", "1", "1, 1", "x=1", "a b"};
        for (int i = 0; i < 3000; i++) {
            String target = "/" + "a?".charAt(random.nextInt(2)) + (random.nextBoolean() ? "?x=1" : "");
            List<String> fields = new ArrayList<>();
            StringBuilder parts = new StringBuilder(target);
            for (String name : List.of("X-A", "X-B")) {
                int pick = random.nextInt(values.length + 1);
                if (pick < values.length) fields.addAll(List.of(name, values[pick]));
                parts.append('\n').append(pick);
            }
            RequestHead request = get(target, fields.toArray(new String[0]));
            CacheKey key = key(EVERYTHING, request);
            String text = request.path() + '\n' + request.query() + parts.substring(target.length());
            CacheKey known = byParts.putIfAbsent(text, key);
            if (known == null) distinct.add(key);
            else assertEquals(known, key, () -> "seed " + seed);
        }
        assertEquals(distinct.size(), new HashSet<>(distinct).size(), () -> "seed " + seed);
        assertEquals(distinct.size(), new TreeSet<>(distinct).size(), () -> "seed " + seed);
    }

    @Test
    void explainsItself() {
        CachePolicy policy =
                new CachePolicy("p", 0, 1, 2, true, false, List.of("x-a", "x-b"), Selection.ALL, Selection.ALL);
        CacheKey key = key(policy, get("/a?q=1", "X-A", "v", "Accept-Encoding", "gzip", "Cookie", "c=1"));
        assertEquals("E1 /a?q=1 accept-encoding=gzip x-a=\"v\" x-b absent cookies=\"c=1\"", key.toString());
        assertEquals("/a", key.path());
        assertEquals("E1", key.distributionId());
    }
}
