package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.cache.Storability.TtlRule;
import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.ErrorRule;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest {
    private static final CachePolicy POLICY_OF_ERRORS = Samples.ttls(0, 100, 1000);
    private static final long NOW = 1_800_000_000;

    private static Freshness.Ttl ttl(CachePolicy policy, ResponseHead head) {
        Freshness.Ttl ttl = Freshness.ttl(policy, head, CacheControl.parse(head.fields()), NOW);
        assertEquals(ttl.seconds(), Freshness.ttlSeconds(policy, head, CacheControl.parse(head.fields()), NOW));
        return ttl;
    }

    /** The TTL table, with TTLs 0/100/1000 and 50/100/1000. */
    @ParameterizedTest(name = "{0}, Age {1}: {2} by {3}; with MinTTL {4} by {5}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                        | -    | 100  | DEFAULT_TTL           | 100  | DEFAULT_TTL",
                "public                   | -    | 100  | DEFAULT_TTL           | 100  | DEFAULT_TTL",
                "max-age=60               | -    | 60   | MAX_AGE               | 60   | MAX_AGE",
                "max-age=10               | -    | 10   | MAX_AGE               | 50   | MIN_TTL",
                "max-age=0                | -    | 0    | MAX_AGE               | 50   | MIN_TTL",
                "max-age=1000             | -    | 1000 | MAX_AGE               | 1000 | MAX_AGE",
                "max-age=5000             | -    | 1000 | MAX_TTL               | 1000 | MAX_TTL",
                "max-age=60, s-maxage=70  | -    | 70   | S_MAXAGE              | 70   | S_MAXAGE",
                "max-age=60, s-maxage=0   | -    | 0    | S_MAXAGE              | 50   | MIN_TTL",
                "max-age=bogus            | -    | 0    | MAX_AGE               | 50   | MIN_TTL",
                "no-store                 | -    | 0    | MIN_TTL_OVER_NO_STORE | 50   | MIN_TTL_OVER_NO_STORE",
                "no-cache, max-age=60     | -    | 0    | MIN_TTL_OVER_NO_STORE | 50   | MIN_TTL_OVER_NO_STORE",
                "private, s-maxage=60     | -    | 0    | MIN_TTL_OVER_NO_STORE | 50   | MIN_TTL_OVER_NO_STORE",
                "no-cache=\"x\"           | -    | 100  | DEFAULT_TTL           | 100  | DEFAULT_TTL",
                "max-age=60               | 20   | 40   | MAX_AGE               | 50   | MIN_TTL",
                "max-age=60               | 60   | 0    | MAX_AGE               | 50   | MIN_TTL",
                "max-age=60               | 999  | 0    | MAX_AGE               | 50   | MIN_TTL",
                "max-age=5000             | 4900 | 100  | MAX_AGE               | 100  | MAX_AGE",
                "-                        | 999  | 100  | DEFAULT_TTL           | 100  | DEFAULT_TTL",
            })
    void followsTheTable(
            @Nullable String cacheControl,
            @Nullable String age,
            long free,
            TtlRule freeRule,
            long floored,
            TtlRule flooredRule) {
        Fields.Builder fields = Fields.builder(2);
        if (cacheControl != null) fields.add("Cache-Control", cacheControl);
        if (age != null) fields.add("Age", age);
        ResponseHead head = new ResponseHead(200, fields.build());
        assertEquals(new Freshness.Ttl(free, freeRule), ttl(Samples.ttls(0, 100, 1000), head));
        assertEquals(new Freshness.Ttl(floored, flooredRule), ttl(Samples.ttls(50, 100, 1000), head));
    }

    /** Expires and Date relative to the edge's clock; {@code x} stands for a value that is no date. */
    @ParameterizedTest(name = "Expires {0}, Date {1}, {2} -> {3} by {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "300,  0,    -,         300,  EXPIRES",
                "300,  -,    -,         300,  EXPIRES",
                "300,  x,    -,         300,  EXPIRES",
                "300,  -100, -,         400,  EXPIRES",
                "300,  200,  -,         100,  EXPIRES",
                "-100, -600, -,         500,  EXPIRES",
                "0,    0,    -,         0,    EXPIRES",
                "-1,   0,    -,         0,    EXPIRES",
                "x,    0,    -,         0,    EXPIRES",
                "9999, 0,    -,         1000, MAX_TTL",
                "300,  0,    max-age=5, 5,    MAX_AGE",
                "x,    0,    max-age=5, 5,    MAX_AGE",
                "300,  0,    s-maxage=9, 9,   S_MAXAGE",
                "300,  0,    public,    300,  EXPIRES",
            })
    void readsExpires(String expires, @Nullable String date, @Nullable String cc, long expected, TtlRule rule) {
        Fields.Builder fields = Fields.builder(3).add("Expires", relative(expires));
        if (date != null) fields.add("Date", relative(date));
        if (cc != null) fields.add("Cache-Control", cc);
        assertEquals(
                new Freshness.Ttl(expected, rule),
                ttl(Samples.ttls(0, 100, 1000), new ResponseHead(200, fields.build())));
    }

    private static String relative(String offset) {
        return offset.equals("x") ? "0" : HttpDate.format(NOW + Long.parseLong(offset));
    }

    @ParameterizedTest(name = "Age {0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "60 | 60",
                "007 | 7",
                "7200, 0 | 7200",
                "0, 7200 | 0",
                "-1 | 0",
                "1.5 | 0",
                "60s | 0",
                "'' | 0",
                "abc, 5 | 0",
                "2147483649 | 2147483648",
                "99999999999999999999 | 2147483648",
            })
    void readsAge(String value, long expected) {
        assertEquals(expected, Freshness.initialAgeSeconds(Fields.of("Age", value)));
        assertEquals(expected, Freshness.initialAgeSeconds(Fields.of("age", value, "Age", "77")));
    }

    @ParameterizedTest(name = "{0} with {1}, ErrorCachingMinTTL of 404 and 403 is 30 -> {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "404, -, 30",
                "404, max-age=5, 30",
                "404, max-age=500, 500",
                "404, 's-maxage=40, max-age=500', 40",
                "404, no-store, 30",
                "414, -, 10",
                "500, -, 10",
                "501, -, 10",
                "502, -, 10",
                "503, max-age=20, 20",
                "504, max-age=0, 10",
                "505, -, -1",
                "400, -, -1",
                "400, max-age=0, 10",
                "403, -, -1",
                "403, max-age=5, 30",
                "403, s-maxage=50, 50",
                "405, public, -1",
                "412, max-age=20, 20",
                "415, max-age=20, 20",
                "401, max-age=20, -1",
                "410, max-age=20, -1",
                "416, max-age=20, -1",
                "429, max-age=20, -1",
            })
    void keepsErrors(int status, @Nullable String cacheControl, long expected) {
        var distribution = Samples.distribution(
                Samples.behavior(POLICY_OF_ERRORS), new ErrorRule(404, 30, null, 0), new ErrorRule(403, 30, null, 0));
        ResponseHead head = Samples.controlled(status, cacheControl);
        CacheControl cc = CacheControl.parse(head.fields());
        assertEquals(expected, Freshness.errorTtlSeconds(distribution, POLICY_OF_ERRORS, head, cc, NOW));
    }

    @Test
    void noTimeIsLongerThanAHundredYears() {
        CachePolicy policy = Samples.ttls(0, Long.MAX_VALUE, Long.MAX_VALUE);
        assertEquals(3_153_600_000L, ttl(policy, Samples.response(200)).seconds());
        ResponseHead head = Samples.response(200, "Age", "99999999999");
        StoredResponse stored =
                StoredResponse.of(head, policy, ttl(policy, head).seconds(), NOW * 1000);
        assertEquals(true, stored.fresh(NOW * 1000 + 3_153_599_999_999L));
        assertEquals(false, stored.fresh(NOW * 1000 + 3_153_600_000_000L));
    }
}
