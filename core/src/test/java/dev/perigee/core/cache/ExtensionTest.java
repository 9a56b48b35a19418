package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtensionTest {
    private static final long NOW = 1_800_000_000;
    private static final Behavior BEHAVIOR = Samples.behavior(Samples.ttls(0, 100, 1000));

    private static String verdict(ResponseHead head, Extension... extensions) {
        Set<Extension> chosen = Set.of(extensions);
        CacheControl cc = Freshness.directives(head.fields(), chosen);
        Storability storability = Freshness.storability(
                Samples.distribution(BEHAVIOR), BEHAVIOR, Method.GET, Samples.get("/a"), head, cc, chosen, NOW);
        return switch (storability) {
            case Storability.Store(long seconds, var rule) -> seconds + " " + rule;
            case Storability.RevalidateAlways(var rule) -> "stale " + rule;
            case Storability.DoNotStore(var reason) -> "no " + reason;
        };
    }

    @Test
    void areChosenByName() {
        assertEquals(Set.of(), Extension.parse(""));
        assertEquals(
                Set.of(Extension.VARY, Extension.RFC_ERROR_CACHING), Extension.parse("vary, rfc-error-caching,vary"));
        var refusal = assertThrows(IllegalArgumentException.class, () -> Extension.parse("vary,VARY"));
        assertEquals(
                "unknown extension VARY; there are cdn-cache-control, cache-status, vary, unsafe-method-invalidation,"
                        + " rfc-error-caching",
                refusal.getMessage());
    }

    @ParameterizedTest(name = "{0}, {1}, Expires {2} -> {3}; with the extension {4}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "max-age=9 | max-age=60   | -                             | 9 MAX_AGE    | 60 MAX_AGE",
                "no-store  | max-age=60   | -                             | no NO_STORE  | 60 MAX_AGE",
                "max-age=9 | no-store     | -                             | 9 MAX_AGE    | no NO_STORE",
                "max-age=9 | private      | -                             | 9 MAX_AGE    | no PRIVATE",
                "max-age=9 | max-age='60' | -                             | 9 MAX_AGE    | 9 MAX_AGE",
                "-         | foo          | Thu, 01 Jan 1970 00:00:00 GMT | no TTL_ZERO  | 100 DEFAULT_TTL",
                "-         | max-age=60   | 0                             | no TTL_ZERO  | 60 MAX_AGE",
            })
    void cdnCacheControlGoverns(
            @Nullable String plain, String targeted, @Nullable String expires, String without, String with) {
        var fields = Samples.controlled(200, plain).fields().toBuilder();
        fields.add("CDN-Cache-Control", targeted.replace('\'', '"'));
        if (expires != null) fields.add("Expires", expires);
        ResponseHead head = new ResponseHead(200, fields.build());
        assertEquals(without, verdict(head));
        assertEquals(with, verdict(head, Extension.CDN_CACHE_CONTROL));
    }

    @ParameterizedTest(name = "{0} {1} -> {2}; with the extension {3}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "404 | -                | 10 ERROR_CACHING_MIN_TTL | 100 DEFAULT_TTL",
                "500 | -                | 10 ERROR_CACHING_MIN_TTL | no STATUS",
                "503 | max-age=60       | 60 ERROR_CACHING_MIN_TTL | 60 MAX_AGE",
                "503 | max-age=5        | 10 ERROR_CACHING_MIN_TTL | 5 MAX_AGE",
                "503 | no-cache         | 10 ERROR_CACHING_MIN_TTL | no STATUS",
                "404 | no-cache         | 10 ERROR_CACHING_MIN_TTL | no NO_CACHE",
                "404 | no-store         | no NO_STORE              | no NO_STORE",
                "410 | max-age=60       | no ERROR_NOT_CACHED      | 60 MAX_AGE",
                "410 | -                | no ERROR_NOT_CACHED      | 100 DEFAULT_TTL",
                "429 | max-age=60       | no ERROR_NOT_CACHED      | 60 MAX_AGE",
                "599 | max-age=60       | no ERROR_NOT_CACHED      | 60 MAX_AGE",
                "416 | max-age=60       | no ERROR_NOT_CACHED      | no STATUS",
                "412 | max-age=60       | 60 ERROR_CACHING_MIN_TTL | no STATUS",
                "404 | max-age=5000     | 1000 ERROR_CACHING_MIN_TTL | 1000 MAX_TTL",
            })
    void rfcErrorCachingTreatsErrorsLikeTheRest(int status, @Nullable String cc, String without, String with) {
        assertEquals(without, verdict(Samples.controlled(status, cc)));
        assertEquals(with, verdict(Samples.controlled(status, cc), Extension.RFC_ERROR_CACHING));
    }

    @ParameterizedTest(name = "Vary: {0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Foo | foo",
                "B, a , b,, | a,b",
                "Foo, Keyed | foo",
                "Connection, Range, X-Amz-Cf-Id | ''",
                "cookie | cookie"
            })
    void varyNamesWhatReachesTheOriginAndIsNotInTheKey(String vary, String expected) {
        var policy = Samples.keyed(List.of("keyed"), Selection.NONE, Selection.NONE);
        var all = new Forwarding(Forwarding.Headers.ALL, List.of(), Selection.ALL, Selection.ALL);
        Behavior behavior = Samples.behavior(policy, all, Samples.origin(Origin.Kind.CUSTOM));
        List<String> names = VaryNames.of(Samples.response(200, "Vary", vary).fields(), behavior, Method.GET);
        assertEquals(expected, String.join(",", names));
    }

    @Test
    void varyLeavesOutWhatNeverReachesTheOrigin() {
        assertEquals(
                List.of(),
                VaryNames.of(Samples.response(200, "Vary", "User-Agent, Cookie").fields(), BEHAVIOR, Method.GET));
    }

    @Test
    void variantsDifferByValueAndAbsence() {
        var policy = Samples.keyed(List.of(), Selection.NONE, Selection.NONE);
        CacheKey primary = CacheKey.of("E1", policy, Method.GET, Samples.get("/a"));
        List<String> names = List.of("foo");
        List<CacheKey> keys = Arrays.asList(
                primary,
                primary.withVariant(names, VaryNames.values(names, Samples.get("/a"))),
                primary.withVariant(names, VaryNames.values(names, Samples.get("/a", "Foo", ""))),
                primary.withVariant(names, VaryNames.values(names, Samples.get("/a", "Foo", "1, 2"))));
        assertEquals(4, Set.copyOf(keys).size());
        assertEquals(
                keys.getLast(),
                primary.withVariant(names, VaryNames.values(names, Samples.get("/a", "Foo", "1", "foo", "2"))));
    }

    @Test
    void cacheStatusSaysWhatHappened() {
        assertEquals("Perigee-IAD; hit; ttl=9", CacheStatus.hit("Perigee-IAD", 9));
        assertEquals(
                "P; fwd=miss; fwd-status=200; ttl=60; stored",
                CacheStatus.forwarded("P", CacheStatus.Forward.MISS, 200, true, false, 60));
        assertEquals(
                "P; fwd=stale; ttl=3; collapsed",
                CacheStatus.forwarded("P", CacheStatus.Forward.STALE, 0, false, true, 3));
        assertEquals(
                "P; fwd=method; fwd-status=201",
                CacheStatus.forwarded("P", CacheStatus.Forward.METHOD, 201, false, false, 0));
        assertEquals("P; fwd=bypass", CacheStatus.forwarded("P", CacheStatus.Forward.BYPASS, 0, false, false, 0));
    }

    @ParameterizedTest(name = "{0}: {1} and {2} are the same: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "accept-language | en, DE | EN,de   | true",
                "accept-language | en, de | de, en  | false",
                "accept-charset  | UTF-8  | utf-8   | true",
                "accept          | a/B    | a/b     | false",
                "foo             | x      | X       | false",
            })
    void theCaseOfLanguagesDoesNotSelect(String name, String one, String other, boolean same) {
        List<String> names = List.of(name);
        assertEquals(
                same,
                Arrays.equals(
                        VaryNames.values(names, Samples.get("/a", name, one)),
                        VaryNames.values(names, Samples.get("/a", name, other))));
    }
}
