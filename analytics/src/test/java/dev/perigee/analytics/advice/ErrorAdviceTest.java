package dev.perigee.analytics.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.ErrorRule;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeping errors longer would have saved. */
class ErrorAdviceTest {
    private final List<LoggedRequest> log = new ArrayList<>();

    private static Distribution distribution(ErrorRule... rules) {
        Origin origin = Origin.builder("o", "origin.example.net").build();
        var policy = new CachePolicy("p", 0, 60, 600, false, false, List.of(), Selection.NONE, Selection.NONE);
        var methods = EnumSet.of(Method.GET, Method.HEAD);
        var all = Behavior.builder("*", origin, policy)
                .allowedMethods(methods)
                .cachedMethods(methods)
                .build();
        return Distribution.builder("E1", "d1.cloudfront.net", List.of(all))
                .errors(List.of(rules))
                .build();
    }

    /** A request that the origin was asked for, or that an edge answered with what it had. */
    private void asked(long second, String pop, String path, int status, boolean byOrigin) {
        log.add(new LoggedRequest(
                second,
                pop,
                Method.GET,
                new RequestHead("GET", path, null, "", HttpVersion.HTTP_1_1, Fields.EMPTY),
                status,
                status < 400 ? (byOrigin ? "Miss" : "Hit") : "Error",
                1_000,
                byOrigin ? 0.2 : 0.001,
                true,
                true,
                byOrigin ? new ResponseHead(status, Fields.EMPTY) : null,
                null));
    }

    private List<Advice> advice(Distribution distribution) {
        Traffic traffic = new Traffic(log, 1, 600);
        return new ErrorAdvice(distribution, traffic, OriginPrices.LIST, 1, false, 0.5).all();
    }

    @Test
    void whatIsAskedAgainAndAgainIsWorthKeeping() {
        for (int i = 0; i < 30; i++) asked(20L * i, "IAD", "/none", 404, true);
        asked(601, "IAD", "/none", 404, false);
        List<Advice> advice = advice(distribution());
        assertEquals(1, advice.size(), advice::toString);
        Advice only = advice.getFirst();
        assertEquals(new Change.Errors(404, 300, only.change().text()), only.change());
        // All but the first, and the one after five minutes.
        assertEquals(28, only.originRequests());
        assertEquals(28_000, only.originOctets());
        assertEquals(28 * 0.40 / 1e6 + 28_000 / 1e9 * 0.09, only.usd(), 1e-6);
        assertEquals(0.5, only.hitRatio());
        assertTrue(only.milliseconds() > 170 && only.milliseconds() < 200, only::toString);
    }

    @Test
    void eachPlaceAndEachPathKeepsItsOwn() {
        for (int i = 0; i < 20; i++) asked(i, i % 2 == 0 ? "IAD" : "FRA", "/none/" + i / 2, 404, true);
        assertEquals(List.of(), advice(distribution()));
    }

    @ParameterizedTest(name = "{0}, every {1} s, mended after {2} of 60, kept {3} s now: {4} s")
    @CsvSource({
        "503, 12, 60, 10, 300",
        "503, 12, 2, 10, 0",
        // Within half a minute nothing had recovered yet.
        "503, 12, 60, 300, 0",
        "403, 12, 60, 10, 0",
        "502, 400, 60, 10, 0",
        "404, 59, 60, 0, 3600"
    })
    void theShortestTimeThatBringsNearlyAll(int status, int every, int mended, long now, long then) {
        for (int i = 0; i < 60; i++) asked((long) i * every, "IAD", "/a", i < mended ? status : 200, true);
        List<Advice> advice = advice(distribution(new ErrorRule(status, now, null, 0)));
        assertEquals(then == 0 ? 0 : 1, advice.size(), advice::toString);
        if (then > 0 && advice.getFirst().change() instanceof Change.Errors errors)
            assertEquals(then, errors.seconds());
    }
}
