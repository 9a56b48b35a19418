package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.cache.CacheDecision.Fetch;
import dev.perigee.core.cache.CacheDecision.Revalidate;
import dev.perigee.core.cache.CacheDecision.Serve;
import dev.perigee.core.cache.CacheDecision.ServeWhileRevalidating;
import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.CachePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stored responses and what is decided with them. */
class StoredResponseTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final CachePolicy POLICY = Samples.ttls(0, 100, 1000);
    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";

    private static StoredResponse store(CachePolicy policy, int status, String... fields) {
        ResponseHead head = Samples.response(status, fields);
        long ttl = Freshness.ttlSeconds(policy, head, CacheControl.parse(head.fields()), NOW / 1000);
        return StoredResponse.of(head, policy, ttl, NOW);
    }

    private static String decision(@Nullable StoredResponse stored, long millis) {
        return switch (CacheDecisions.decide(stored, NOW + millis)) {
            case Serve() -> "serve";
            case ServeWhileRevalidating() -> "swr";
            case Revalidate(var _, var _) -> "revalidate";
            case Fetch() -> "fetch";
        };
    }

    @ParameterizedTest(name = "{0} validator={1} Age={2} after {3} ms -> {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60                                   | no  | 0  | 0       | serve",
                "max-age=60                                   | no  | 0  | 59999   | serve",
                "max-age=60                                   | no  | 0  | 60000   | fetch",
                "max-age=60                                   | yes | 0  | 60000   | revalidate",
                "max-age=60                                   | yes | 0  | -5000   | serve",
                "max-age=60                                   | yes | 30 | 29999   | serve",
                "max-age=60                                   | yes | 30 | 30000   | revalidate",
                "max-age=60                                   | yes | 60 | 0       | revalidate",
                "max-age=60, stale-while-revalidate=30        | yes | 0  | 60000   | swr",
                "max-age=60, stale-while-revalidate=30        | yes | 0  | 89999   | swr",
                "max-age=60, stale-while-revalidate=30        | yes | 0  | 90000   | revalidate",
                "max-age=60, stale-while-revalidate=30        | no  | 0  | 90000   | fetch",
                "max-age=60, stale-while-revalidate=9999      | no  | 0  | 999999  | swr",
                "max-age=60, stale-while-revalidate=9999      | no  | 0  | 1000000 | fetch",
                "max-age=60, stale-while-revalidate=30, must-revalidate | no | 0 | 60000 | fetch",
                "max-age=0, stale-while-revalidate=30         | no  | 0  | 0       | swr",
                "max-age=0                                    | yes | 0  | 0       | revalidate",
            })
    void decides(String cc, String validator, String age, long millis, String expected) {
        Fields.Builder fields = Fields.builder(3).add("Cache-Control", cc).add("Age", age);
        if (validator.equals("yes")) fields.add("ETag", "\"v1\"");
        ResponseHead head = new ResponseHead(200, fields.build());
        long ttl = Freshness.ttlSeconds(POLICY, head, CacheControl.parse(head.fields()), NOW / 1000);
        assertEquals(expected, decision(StoredResponse.of(head, POLICY, ttl, NOW), millis));
    }

    @Test
    void servingDoesNotMakeObjects() {
        StoredResponse stored = store(POLICY, 200, "Cache-Control", "max-age=60");
        assertSame(CacheDecision.SERVE, CacheDecisions.decide(stored, NOW));
        assertSame(CacheDecision.FETCH, CacheDecisions.decide(null, NOW));
    }

    @ParameterizedTest(name = "{0} after {1} s -> {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | max-age=60                                      | 59   | true",
                "200 | max-age=60                                      | 60   | true",
                "200 | max-age=60                                      | 999  | true",
                "200 | max-age=60                                      | 1000 | false",
                "200 | max-age=60, stale-if-error=0                    | 60   | false",
                "200 | max-age=60, stale-if-error=30                   | 89   | true",
                "200 | max-age=60, stale-if-error=30                   | 90   | false",
                "200 | max-age=60, stale-if-error=9999                 | 999  | true",
                "200 | max-age=60, stale-if-error=9999                 | 1000 | false",
                "200 | max-age=60, must-revalidate                     | 60   | false",
                "200 | max-age=60, proxy-revalidate, stale-if-error=30 | 60   | false",
                "200 | max-age=60, stale-if-error=bogus                | 60   | false",
                "404 | max-age=60                                      | 61   | false",
                "404 | max-age=60, stale-if-error=30                   | 89   | true",
                "404 | max-age=60, stale-if-error=30                   | 90   | false",
                "404 | max-age=60, stale-if-error=0                    | 60   | false",
                "404 | max-age=60, must-revalidate, stale-if-error=30  | 61   | false",
                "503 | max-age=60, stale-if-error=30                   | 61   | false",
                "301 | max-age=60                                      | 61   | true",
            })
    void standsInForErrors(int status, String cc, long seconds, boolean expected) {
        StoredResponse stored = store(POLICY, status, "Cache-Control", cc);
        assertEquals(expected, CacheDecisions.staleOnError(stored, NOW + seconds * 1000, POLICY));
    }

    @Test
    void nothingStandsInWhereNothingIsCached() {
        StoredResponse stored = store(POLICY, 200, "Cache-Control", "max-age=60");
        assertFalse(CacheDecisions.staleOnError(stored, NOW, Samples.ttls(0, 0, 0)));
        assertFalse(CacheDecisions.staleOnError(null, NOW, POLICY));
        // Kept for MinTTL against the origin's word, and not a second longer.
        CachePolicy floored = Samples.ttls(50, 100, 1000);
        StoredResponse kept = store(floored, 200, "Cache-Control", "no-store", "ETag", "\"v1\"");
        assertTrue(kept.fresh(NOW + 49_000));
        assertFalse(CacheDecisions.staleOnError(kept, NOW + 50_000, floored));
    }

    @Test
    void aRetainedResponseIsServedWhileRevalidatingToTheEndOfItsWindow() {
        StoredResponse stored = store(POLICY, 200, "Cache-Control", "max-age=60, stale-while-revalidate=30");
        StoredResponse once = stored.retainedFor(10, NOW + 65_000);
        assertEquals("serve", decision(once, 74_000));
        assertEquals("swr", decision(once, 75_000));
        StoredResponse twice = once.retainedFor(10, NOW + 76_000);
        assertEquals("serve", decision(twice, 85_000));
        assertEquals("swr", decision(twice, 89_000));
        assertEquals("fetch", decision(twice, 90_000));
    }

    @Test
    void aRetainedResponseUsesUpItsWindow() {
        StoredResponse stored = store(POLICY, 200, "Cache-Control", "max-age=60, stale-if-error=25");
        StoredResponse once = stored.retainedFor(10, NOW + 65_000);
        assertTrue(once.fresh(NOW + 74_999));
        assertFalse(once.fresh(NOW + 75_000));
        assertTrue(CacheDecisions.staleOnError(once, NOW + 75_000, POLICY));
        StoredResponse twice = once.retainedFor(60, NOW + 75_000);
        assertTrue(twice.fresh(NOW + 84_999));
        assertFalse(twice.fresh(NOW + 85_000));
        assertFalse(CacheDecisions.staleOnError(twice, NOW + 85_000, POLICY));
        StoredResponse silent = store(POLICY, 200, "Cache-Control", "max-age=60");
        assertTrue(silent.retainedFor(10, NOW + 65_000).fresh(NOW + 74_999));
        assertEquals(70, silent.retainedFor(10, NOW + 65_000).currentAgeSeconds(NOW + 70_000));
    }

    @Test
    void keepsWhatMayBeKept() {
        StoredResponse stored = store(
                POLICY,
                200,
                "Connection",
                "close, X-Hop",
                "X-Hop",
                "1",
                "Transfer-Encoding",
                "chunked",
                "Age",
                "5",
                "ETag",
                "W/\"v1\"",
                "Last-Modified",
                MODIFIED,
                "Cache-Control",
                "no-cache=\"set-cookie\", private=\"X-Secret\"",
                "Set-Cookie",
                "a=1",
                "X-Secret",
                "s",
                "Content-Length",
                "12",
                "X-A",
                "1");
        assertEquals(
                Fields.of(
                        "ETag",
                        "W/\"v1\"",
                        "Last-Modified",
                        MODIFIED,
                        "Cache-Control",
                        "no-cache=\"set-cookie\", private=\"X-Secret\"",
                        "Content-Length",
                        "12",
                        "X-A",
                        "1"),
                stored.fields());
        assertEquals(5, stored.initialAgeSeconds());
        assertEquals(105, stored.freshnessLifetimeSeconds());
        assertEquals(7, stored.currentAgeSeconds(NOW + 2999));
        assertEquals(12, stored.contentLength());
        assertEquals(784_111_777, stored.lastModified());
        assertEquals(-1, stored.staleIfErrorSeconds());
    }

    @Test
    void theOneViewerWhoAskedGetsWhatIsNotStored() {
        ResponseHead head = Samples.response(
                200,
                "Cache-Control",
                "no-cache=\"Set-Cookie\", private=\"X-A\"",
                "Set-Cookie",
                "a=1",
                "X-A",
                "1",
                "TE",
                "x");
        StoredResponse passing = StoredResponse.unshared(head, POLICY, NOW);
        assertEquals("a=1", passing.fields().first("Set-Cookie"));
        assertEquals("1", passing.fields().first("X-A"));
        assertNull(passing.fields().first("TE"));
        assertFalse(passing.fresh(NOW));
    }

    @Test
    void asksWithBothValidators() {
        StoredResponse stored = store(POLICY, 200, "ETag", "\"v1\"", "Last-Modified", MODIFIED);
        var revalidate = assertInstanceOf(Revalidate.class, CacheDecisions.decide(stored, NOW + 100_000));
        assertEquals(Fields.of("If-None-Match", "\"v1\"", "If-Modified-Since", MODIFIED), revalidate.validators());
        assertEquals(
                Fields.of("If-Modified-Since", MODIFIED),
                store(POLICY, 200, "Last-Modified", MODIFIED).validators());
        assertEquals(
                Fields.EMPTY, store(POLICY, 200, "Last-Modified", "yesterday").validators());
        assertFalse(store(POLICY, 404, "ETag", "\"v1\"").hasValidator());
    }

    @ParameterizedTest(name = "stored {0}, 304 says {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "\"v1\" | \"v1\" | true",
                "\"v1\" | W/\"v1\" | true",
                "\"v1\" | - | true",
                "- | \"v1\" | true",
                "\"v1\" | \"v2\" | false",
            })
    void noticesA304ForSomethingElse(@Nullable String stored, @Nullable String named, boolean expected) {
        StoredResponse response = stored == null ? store(POLICY, 200) : store(POLICY, 200, "ETag", stored);
        ResponseHead head = named == null ? Samples.response(304) : Samples.response(304, "ETag", named);
        assertEquals(expected, response.validatedBy(head));
    }

    @ParameterizedTest(name = "stored tag {0} and date {1}, 304 says {2} and {3} -> {4}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | Mon, 02 Nov 2026 10:00:00 GMT | - | Mon, 02 Nov 2026 10:00:00 GMT | true",
                "- | Mon, 02 Nov 2026 10:00:00 GMT | - | Monday, 02-Nov-26 10:00:00 GMT | true",
                "- | Mon, 02 Nov 2026 10:00:00 GMT | - | - | true",
                "- | Mon, 02 Nov 2026 10:00:00 GMT | - | Mon, 02 Nov 2026 10:00:01 GMT | false",
                "- | Mon, 02 Nov 2026 10:00:00 GMT | - | Mon, 02 Nov 2026 09:59:59 GMT | false",
                "- | Mon, 02 Nov 2026 10:00:00 GMT | - | yesterday | true",
                "- | Mon, 02 Nov 2026 10:00:00 GMT | \"v1\" | Mon, 02 Nov 2026 10:00:01 GMT | false",
                "\"v1\" | Mon, 02 Nov 2026 10:00:00 GMT | \"v1\" | Mon, 02 Nov 2026 10:00:01 GMT | true",
                "\"v1\" | Mon, 02 Nov 2026 10:00:00 GMT | - | Mon, 02 Nov 2026 10:00:01 GMT | false",
                "\"v1\" | - | - | Mon, 02 Nov 2026 10:00:01 GMT | true",
            })
    void noticesA304ForAnotherDate(
            @Nullable String tag,
            @Nullable String date,
            @Nullable String namedTag,
            @Nullable String namedDate,
            boolean expected) {
        StoredResponse response = store(POLICY, 200, pairs(tag, date));
        assertEquals(expected, response.validatedBy(Samples.response(304, pairs(namedTag, namedDate))));
    }

    private static String[] pairs(@Nullable String tag, @Nullable String date) {
        List<String> pairs = new ArrayList<>();
        if (tag != null) pairs.addAll(List.of("ETag", tag));
        if (date != null) pairs.addAll(List.of("Last-Modified", date));
        return pairs.toArray(String[]::new);
    }

    @Test
    void a304ReplacesFieldsButNotThoseOfTheContent() {
        StoredResponse stored = store(
                POLICY,
                200,
                "Date",
                HttpDate.format(NOW / 1000),
                "Cache-Control",
                "max-age=60",
                "Content-Length",
                "12",
                "Content-Encoding",
                "gzip",
                "ETag",
                "\"v1\"",
                "X-A",
                "old",
                "X-A",
                "older",
                "X-B",
                "stays");
        long later = NOW + 100_000;
        StoredResponse refreshed = stored.refreshed(
                Samples.response(
                        304,
                        "Date",
                        HttpDate.format(later / 1000),
                        "cache-control",
                        "max-age=80",
                        "Content-Length",
                        "0",
                        "Content-Encoding",
                        "br",
                        "Connection",
                        "X-Hop",
                        "X-Hop",
                        "1",
                        "Age",
                        "20",
                        "X-A",
                        "new"),
                POLICY,
                Set.of(),
                later);
        assertEquals(
                Fields.of(
                        "Content-Length",
                        "12",
                        "Content-Encoding",
                        "gzip",
                        "ETag",
                        "\"v1\"",
                        "X-B",
                        "stays",
                        "Date",
                        HttpDate.format(later / 1000),
                        "cache-control",
                        "max-age=80",
                        "X-A",
                        "new"),
                refreshed.fields());
        assertEquals(200, refreshed.status());
        assertEquals(12, refreshed.contentLength());
        assertEquals(20, refreshed.currentAgeSeconds(later));
        assertTrue(refreshed.fresh(later + 59_999));
        assertFalse(refreshed.fresh(later + 60_000));
    }

    @Test
    void a304WithoutWordsRenewsTheOldTerms() {
        StoredResponse stored = store(POLICY, 200, "Cache-Control", "max-age=60, no-cache=\"Set-Cookie\"", "Age", "50")
                .withContentLength(7);
        StoredResponse refreshed =
                stored.refreshed(Samples.response(304, "Set-Cookie", "a=1"), POLICY, Set.of(), NOW + 90_000);
        assertEquals(0, refreshed.currentAgeSeconds(NOW + 90_000));
        assertTrue(refreshed.fresh(NOW + 149_999));
        assertFalse(refreshed.fresh(NOW + 150_000));
        assertEquals(7, refreshed.contentLength());
        assertNull(refreshed.fields().first("Set-Cookie"));
    }

    @ParameterizedTest
    @CsvSource({"12, 12", "0, 0", "-1, -1", "1a, -1", "'', -1", "99999999999999999999, -1"})
    void readsContentLength(String value, long expected) {
        assertEquals(expected, store(POLICY, 200, "Content-Length", value).contentLength());
    }
}
