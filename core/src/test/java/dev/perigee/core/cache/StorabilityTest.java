package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.cache.Storability.DoNotStore;
import dev.perigee.core.cache.Storability.RevalidateAlways;
import dev.perigee.core.cache.Storability.Store;
import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.ErrorRule;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorabilityTest {
    private static final long NOW = 1_800_000_000;
    private static final CachePolicy FREE = Samples.ttls(0, 100, 1000);
    private static final CachePolicy FLOORED = Samples.ttls(50, 100, 1000);

    private static String verdict(Behavior behavior, Method method, ResponseHead head, String... requestFields) {
        return verdict(behavior, method, head, Set.of(), requestFields);
    }

    private static String verdict(
            Behavior behavior, Method method, ResponseHead head, Set<Extension> extensions, String... requestFields) {
        var distribution = Samples.distribution(behavior, new ErrorRule(503, 0, null, 0));
        var request = Samples.request(method.name(), "/a", requestFields);
        CacheControl cc = CacheControl.parse(head.fields());
        return switch (Freshness.storability(distribution, behavior, method, request, head, cc, extensions, NOW)) {
            case Store(long seconds, var rule) -> seconds + " " + rule;
            case RevalidateAlways(var rule) -> "stale " + rule;
            case DoNotStore(var reason) -> "no " + reason;
        };
    }

    private static String verdict(CachePolicy policy, ResponseHead head) {
        return verdict(Samples.behavior(policy), Method.GET, head);
    }

    @ParameterizedTest(name = "{0} {1} {2} -> {3}; with MinTTL {4}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "200 | -                      | -        | 100 DEFAULT_TTL | 100 DEFAULT_TTL",
                "200 | max-age=60             | -        | 60 MAX_AGE      | 60 MAX_AGE",
                "200 | max-age=0              | ETag     | stale MAX_AGE   | 50 MIN_TTL",
                "200 | max-age=0              | -        | no TTL_ZERO     | 50 MIN_TTL",
                "200 | s-maxage=0             | Last-Modified | stale S_MAXAGE | 50 MIN_TTL",
                "200 | max-age=0, stale-while-revalidate=9 | - | stale MAX_AGE | 50 MIN_TTL",
                "200 | max-age=0, stale-if-error=9         | - | stale MAX_AGE | 50 MIN_TTL",
                "200 | no-store               | ETag     | no NO_STORE     | 50 MIN_TTL_OVER_NO_STORE",
                "200 | private, max-age=60    | ETag     | no PRIVATE      | 50 MIN_TTL_OVER_NO_STORE",
                "200 | no-cache               | -        | no NO_CACHE     | 50 MIN_TTL_OVER_NO_STORE",
                "200 | no-cache               | ETag     | stale MIN_TTL_OVER_NO_STORE | 50 MIN_TTL_OVER_NO_STORE",
                "200 | private=\"x\"          | -        | 100 DEFAULT_TTL | 100 DEFAULT_TTL",
                "200 | max-age=60             | Vary     | no VARY_ANY     | 60 MAX_AGE",
                "206 | max-age=60             | -        | no PARTIAL_CONTENT | no PARTIAL_CONTENT",
                "304 | max-age=60             | -        | no STATUS       | no STATUS",
                "203 | -                      | -        | 100 DEFAULT_TTL | 100 DEFAULT_TTL",
                "204 | -                      | -        | 100 DEFAULT_TTL | 100 DEFAULT_TTL",
                "201 | -                      | -        | no STATUS       | no STATUS",
                "202 | max-age=60             | -        | 60 MAX_AGE      | 60 MAX_AGE",
                "299 | max-age=60             | -        | 60 MAX_AGE      | 60 MAX_AGE",
                "301 | -                      | -        | 100 DEFAULT_TTL | 100 DEFAULT_TTL",
                "302 | -                      | -        | 100 DEFAULT_TTL | 100 DEFAULT_TTL",
                "307 | max-age=60             | -        | 60 MAX_AGE      | 60 MAX_AGE",
                "307 | public                 | -        | 100 DEFAULT_TTL | 100 DEFAULT_TTL",
                "307 | -                      | -        | no STATUS       | no STATUS",
                "308 | -                      | Expires  | 70 EXPIRES      | 70 EXPIRES",
                "302 | private                | -        | no PRIVATE      | 50 MIN_TTL_OVER_NO_STORE",
                "404 | -                      | -        | 10 ERROR_CACHING_MIN_TTL | 10 ERROR_CACHING_MIN_TTL",
                "404 | max-age=60             | -        | 60 ERROR_CACHING_MIN_TTL | 60 ERROR_CACHING_MIN_TTL",
                "404 | no-store               | -        | no NO_STORE     | 10 ERROR_CACHING_MIN_TTL",
                "500 | no-cache               | -        | 10 ERROR_CACHING_MIN_TTL | 10 ERROR_CACHING_MIN_TTL",
                "503 | -                      | -        | no TTL_ZERO     | no TTL_ZERO",
                "403 | -                      | -        | no ERROR_NOT_CACHED | no ERROR_NOT_CACHED",
                "403 | max-age=60             | -        | 60 ERROR_CACHING_MIN_TTL | 60 ERROR_CACHING_MIN_TTL",
                "429 | max-age=60             | -        | no ERROR_NOT_CACHED | no ERROR_NOT_CACHED",
            })
    void decides(int status, @Nullable String cc, @Nullable String field, String free, String floored) {
        Fields.Builder fields = Fields.builder(2);
        if (cc != null) fields.add("Cache-Control", cc);
        if (field != null) {
            fields.add(
                    field,
                    switch (field) {
                        case "Vary" -> "Accept, *";
                        case "ETag" -> "\"v1\"";
                        case "Expires" -> HttpDate.format(NOW + 70);
                        default -> "Sun, 06 Nov 1994 08:49:37 GMT";
                    });
        }
        ResponseHead head = new ResponseHead(status, fields.build());
        assertEquals(free, verdict(FREE, head));
        assertEquals(floored, verdict(FLOORED, head));
        assertEquals("no CACHING_DISABLED", verdict(Samples.ttls(0, 0, 0), head));
    }

    /** RFC 9111 section 5.2.2.3; also where the status would be kept otherwise. */
    @ParameterizedTest(name = "{0} with {1}, errors by RFC {2}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | max-age=60, must-understand           | false | 60 MAX_AGE",
                "200 | max-age=60, must-understand, no-store | false | no NO_STORE",
                "204 | max-age=60, must-understand           | true  | 60 MAX_AGE",
                "299 | max-age=60, must-understand           | false | no STATUS",
                "299 | max-age=60                            | false | 60 MAX_AGE",
                "308 | max-age=60, must-understand           | false | 60 MAX_AGE",
                "404 | max-age=60, must-understand           | false | 60 ERROR_CACHING_MIN_TTL",
                "404 | max-age=60, must-understand           | true  | 60 MAX_AGE",
                "410 | max-age=60, must-understand           | true  | 60 MAX_AGE",
                "499 | max-age=60, must-understand           | true  | no STATUS",
                "599 | max-age=60                            | true  | 60 MAX_AGE",
                "599 | max-age=60, Must-Understand           | true  | no STATUS",
            })
    void mustUnderstandKeepsOnlyKnownStatuses(int status, String cacheControl, boolean byRfc, String expected) {
        Set<Extension> extensions = byRfc ? Set.of(Extension.RFC_ERROR_CACHING) : Set.of();
        assertEquals(
                expected,
                verdict(Samples.behavior(FREE), Method.GET, Samples.controlled(status, cacheControl), extensions));
        if (!expected.equals("no STATUS")) return;
        assertEquals(
                expected,
                verdict(Samples.behavior(FLOORED), Method.GET, Samples.controlled(status, cacheControl), extensions));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 60 MAX_AGE, 60 MAX_AGE",
        "HEAD, 60 MAX_AGE, 60 MAX_AGE",
        "OPTIONS, no METHOD, 60 MAX_AGE",
        "POST, no METHOD, no METHOD",
        "PUT, no METHOD, no METHOD",
        "PATCH, no METHOD, no METHOD",
        "DELETE, no METHOD, no METHOD",
    })
    void onlyCachedMethods(Method method, String usual, String withOptions) {
        ResponseHead head = Samples.controlled(200, "max-age=60");
        Behavior behavior = Samples.behavior(FREE);
        assertEquals(usual, verdict(behavior, method, head));
        assertEquals(withOptions, verdict(Samples.cachingOptions(behavior), method, head));
    }

    /** RFC 9111 section 3.5, where Authorization can have shaped the response at all. */
    @ParameterizedTest(name = "{0} forwarding {1} -> {2}")
    @CsvSource({
        "max-age=60, NONE, 60 MAX_AGE",
        "max-age=60, LEGACY, 60 MAX_AGE",
        "max-age=60, ALL, no AUTHORIZATION",
        "max-age=60, ALL_AND_CLOUDFRONT, no AUTHORIZATION",
        "max-age=60, ALL_EXCEPT, no AUTHORIZATION",
        "'public, max-age=60', ALL, 60 MAX_AGE",
        "'must-revalidate, max-age=60', ALL, 60 MAX_AGE",
        "s-maxage=60, ALL, 60 S_MAXAGE",
    })
    void authorizedResponsesAreNotShared(String cc, Forwarding.Headers mode, String expected) {
        var forwarding = new Forwarding(mode, List.of(), Selection.NONE, Selection.NONE);
        Behavior behavior = Samples.behavior(FREE, forwarding, Samples.origin(Origin.Kind.CUSTOM));
        ResponseHead head = Samples.controlled(200, cc);
        assertEquals(expected, verdict(behavior, Method.GET, head, "Authorization", "Basic x"));
    }

    @Test
    void authorizationInTheKeyMayBeStored() {
        CachePolicy keyed = Samples.keyed(List.of("authorization"), Selection.NONE, Selection.NONE);
        ResponseHead head = Samples.controlled(200, "max-age=60");
        assertEquals("60 MAX_AGE", verdict(Samples.behavior(keyed), Method.GET, head, "Authorization", "Basic x"));
    }
}
