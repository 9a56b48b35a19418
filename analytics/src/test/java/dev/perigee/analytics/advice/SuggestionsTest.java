package dev.perigee.analytics.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes that only together bring something: none of them is there for nothing. */
class SuggestionsTest {
    private static Distribution distribution() {
        Origin origin = Origin.builder("o", "origin.example.net").build();
        var policy = new CachePolicy("p", 0, 86_400, 31_536_000, false, false, List.of(), Selection.ALL, Selection.ALL);
        var methods = EnumSet.of(Method.GET, Method.HEAD);
        var all = Behavior.builder("*", origin, policy)
                .allowedMethods(methods)
                .cachedMethods(methods)
                .build();
        return Distribution.builder("E1", "d1.cloudfront.net", List.of(all)).build();
    }

    /** Each with a query, and perhaps a cookie, of its own; the origin says the same of each path. */
    private static List<LoggedRequest> log(int apart, boolean cookie, String cacheControl) {
        List<LoggedRequest> log = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            String path = "/" + i % 3;
            Fields fields = cookie ? Fields.of("Cookie", "sid=" + i) : Fields.EMPTY;
            log.add(new LoggedRequest(
                    1_000_000L + (long) apart * i,
                    "IAD",
                    Method.GET,
                    new RequestHead("GET", path, "click=" + i, "", HttpVersion.HTTP_1_1, fields),
                    200,
                    "Miss",
                    1_000,
                    0.1,
                    true,
                    true,
                    new ResponseHead(200, Fields.of("Cache-Control", cacheControl)),
                    path));
        }
        return log;
    }

    @ParameterizedTest(name = "{0} s apart, cookies {1}, {2}: {3}")
    @CsvSource({
        "1,  true, max-age=600, 'drop query parameter click from the cache key; drop cookie sid from the cache key'",
        "60, true, max-age=1, 'drop query parameter click from the cache key; drop cookie sid from the cache key;"
                + " raise MinTTL to 3600 s, over what the origin says'",
        "60, false, max-age=1, 'drop query parameter click from the cache key; raise MinTTL to 3600 s, over what the origin says'",
        "1,  false, max-age=600, 'drop query parameter click from the cache key'",
    })
    void noPartIsThereForNothing(int apart, boolean cookies, String cacheControl, String expected) {
        Distribution distribution = distribution();
        List<LoggedRequest> log = log(apart, cookies, cacheControl);
        Replay replay = new Replay(distribution, log);
        long now = Advisor.Outcome.of(log, replay.by(distribution)).hits();
        List<String> texts = new Suggestions(distribution, 0, log)
                        .all(change -> Advisor.Outcome.of(log, replay.by(change.applied(distribution)))
                                        .hits()
                                - now)
                        .stream()
                        .map(each -> each.change().text())
                        .toList();
        assertEquals(List.of(expected), texts);
    }
}
