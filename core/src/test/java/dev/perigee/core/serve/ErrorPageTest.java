package dev.perigee.core.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.ErrorRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorPageTest {
    private static final List<ErrorRule> RULES = List.of(
            new ErrorRule(404, 30, "/errors/404.html", 200),
            new ErrorRule(503, 0, "/errors/503.html?why=busy", 0),
            new ErrorRule(500, 60, null, 0));

    private static Distribution distribution() {
        return Samples.distribution(
                List.of(Samples.behavior("/errors/4*", 0, 0, 0), Samples.behavior("*", 5, 10, 20)), RULES);
    }

    private static RequestHead request(Fields fields) {
        return new RequestHead("POST", "/a", "x=1", "example.org", HttpVersion.HTTP_1_1, fields);
    }

    @ParameterizedTest(name = "{0}, cached {1} s: {2} by {3} shown as {4}, kept {5} s")
    @CsvSource({
        "404,  0, /errors/404.html,          /errors/4*, 200, 30",
        "404, 90, /errors/404.html,          /errors/4*, 200, 90",
        "503,  0, /errors/503.html?why=busy, *,          503,  0",
        "503,  7, /errors/503.html?why=busy, *,          503,  7"
    })
    void choosesPage(int status, long errorTtl, String target, String pattern, int shown, long kept) {
        ErrorPage page = ErrorPage.of(distribution(), request(Fields.EMPTY), status, errorTtl);
        assertNotNull(page);
        assertEquals(target, page.request().target());
        assertEquals("GET", page.request().method());
        assertEquals(pattern, page.behavior().pathPattern());
        assertEquals(shown, page.status());
        assertEquals(kept, page.keptSeconds());
    }

    @ParameterizedTest
    @CsvSource({"500", "502", "403", "200"})
    void anErrorWithoutAPageIsShownAsItIs(int status) {
        assertNull(ErrorPage.of(distribution(), request(Fields.EMPTY), status, 0));
    }

    @Test
    void whatDescribesTheFailedRequestsContentStaysBehind() {
        Fields sent = Fields.builder(8)
                .add("Cookie", "a=1")
                .add("Content-Type", "text/plain")
                .add("content-length", "3")
                .add("If-None-Match", "\"x\"")
                .add("RANGE", "bytes=0-1")
                .add("Expect", "100-continue")
                .add("Connection", "X-Hop")
                .add("X-Hop", "1")
                .add("Accept", "text/html")
                .build();
        ErrorPage page = ErrorPage.of(distribution(), request(sent), 404, 0);
        assertNotNull(page);
        assertEquals(
                Fields.of("Cookie", "a=1", "Accept", "text/html"),
                page.request().fields());
    }

    @ParameterizedTest(name = "TTLs {0}, {1}, {2} kept for {3} s: {4}, {5}, {6}")
    @CsvSource({
        "0, 0, 0, 30, 30, 30, 30",
        "0, 10, 20, 30, 30, 30, 30",
        "40, 50, 60, 30, 40, 50, 60",
        "0, 86400, 31536000, 30, 30, 86400, 31536000"
    })
    void theErrorsTimeIsTheLeast(
            long min, long byDefault, long max, long kept, long keptMin, long keptDefault, long keptMax) {
        Behavior own = Samples.behavior("*", min, byDefault, max);
        CachePolicy policy = new ErrorPage(own, request(Fields.EMPTY), 404, kept)
                .keptBehavior()
                .cachePolicy();
        assertEquals(keptMin, policy.minTtl());
        assertEquals(keptDefault, policy.defaultTtl());
        assertEquals(keptMax, policy.maxTtl());
    }

    @Test
    void aKeptPageIsNotTheObjectOfItsPath() {
        ErrorPage page = ErrorPage.of(distribution(), request(Fields.EMPTY), 404, 0);
        assertNotNull(page);
        CacheKey direct = CacheKey.of("E1", page.behavior().cachePolicy(), Method.GET, page.request());
        CacheKey kept = CacheKey.of("E1", page.keptBehavior().cachePolicy(), Method.GET, page.request());
        assertNotEquals(direct, kept);
        assertTrue(kept.coveredBy("/errors/*"));
        assertTrue(kept.coveredBy("/errors/404.html"));
    }

    @ParameterizedTest
    @EnumSource
    void whatWasNotRoutedHasNoPage(Rejection rejection) {
        boolean routed = switch (rejection.status()) {
            case 502, 503, 504 -> true;
            case 403 -> rejection != Rejection.UNKNOWN_HOST && rejection != Rejection.LOOP;
            case 400 -> rejection == Rejection.FIELD_ENCRYPTION;
            default -> false;
        };
        assertEquals(routed, rejection.mayHavePage());
    }

    @Test
    void withoutATimeThePageIsKeptAsItsOwnBehaviorSays() {
        Behavior own = Samples.behavior("*", 0, 0, 0);
        assertEquals(own, new ErrorPage(own, request(Fields.EMPTY), 404, 0).keptBehavior());
        assertFalse(new ErrorPage(own, request(Fields.EMPTY), 404, 1)
                .keptBehavior()
                .cachePolicy()
                .cachingDisabled());
    }
}
