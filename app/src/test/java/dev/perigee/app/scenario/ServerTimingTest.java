package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.List;

/** Developer guide, "Understand response headers policies": Server-Timing header. */
class ServerTimingTest {
    private static final String UPSTREAM = "cdn-upstream-layer;desc=\"EDGE\",cdn-upstream-dns;dur=\\d+,"
            + "cdn-upstream-connect;dur=\\d+,cdn-upstream-fbl;dur=\\d+,";
    private static final String REQUEST = "cdn-pop;desc=\"IAD50-P1\",cdn-rid;desc=\"[-_A-Za-z0-9]{54}==\"";
    private static final String FIRST_BYTE = ",cdn-downstream-fbl;dur=\\d+";
    private static final String MISS = UPSTREAM + "cdn-cache-miss," + REQUEST + FIRST_BYTE;
    private static final String HIT = "cdn-cache-hit," + REQUEST + ",cdn-hit-layer;desc=\"EDGE\"" + FIRST_BYTE;

    private static void timing(ScenarioEdge edge, ScriptedOrigin origin, double rate) {
        edge.serve(distribution(origin)
                .byDefault(
                        b -> b.responseHeaders(new ResponseHeadersPolicy("timing", List.of(), List.of(), null, rate))));
    }

    @Scenario
    void missHitAndRefreshSayWhatTheyAre(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        timing(edge, origin, 100);
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), header("Server-Timing", "db;dur=53"), body("hello"));
        Response miss = viewer.get("/a").response();
        expect(miss).miss().headerMatches("Server-Timing", "db;dur=53," + MISS);
        assertEquals(1, miss.fields().count("Server-Timing"));
        assertTrue(String.valueOf(miss.header("Server-Timing")).contains(String.valueOf(miss.header("X-Amz-Cf-Id"))));
        for (int i = 0; i < 2; i++) {
            expect(viewer.get("/a")).hit().headerMatches("Server-Timing", HIT).body("hello");
        }
        expect(viewer.head("/a")).hit().headerMatches("Server-Timing", HIT);
        expect(viewer.get("/a", "Range", "bytes=0-1")).status(206).headerMatches("Server-Timing", HIT);
        expect(viewer.get("/a", "If-None-Match", "\"v1\"")).status(304).headerMatches("Server-Timing", HIT);
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, maxAge(60));
        expect(viewer.get("/a"))
                .refreshHit()
                .headerMatches(
                        "Server-Timing",
                        UPSTREAM + "cdn-cache-refresh," + REQUEST + ",cdn-hit-layer;desc=\"EDGE\"" + FIRST_BYTE);
    }

    @Scenario
    void withoutThePolicyTheOriginsFieldIsAFieldLikeOthers(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("Server-Timing", "db;dur=53"), body("hello"));
        for (int i = 0; i < 2; i++) {
            expect(viewer.get("/a", "Pragma", "server-timing")).header("Server-Timing", "db;dur=53");
        }
    }

    @Scenario
    void aViewerWhoAsksGetsItWhateverTheRate(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        timing(edge, origin, 0);
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a", "Pragma", "server-timing")).headerMatches("Server-Timing", MISS);
        int unasked = 0;
        for (int i = 0; i < 50; i++) {
            if (viewer.get("/a").response().header("Server-Timing") != null) unasked++;
        }
        assertEquals(0, unasked);
        expect(viewer.get("/a", "Pragma", "server-timing")).headerMatches("Server-Timing", HIT);
    }

    @Scenario
    void theRateIsThatOfResponses(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        timing(edge, origin, 50);
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        int timed = 0;
        for (int i = 0; i < 400; i++) {
            if (viewer.get("/a").response().header("Server-Timing") != null) timed++;
        }
        // Ten standard deviations of a fair coin on either side.
        int seen = timed;
        assertTrue(seen > 100 && seen < 300, () -> seen + " of 400");
    }

    @Scenario
    void errorsAreTimedToo(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        timing(edge, origin, 100);
        origin.on("GET", "/a").reply(503, body("busy"));
        expect(viewer.get("/a")).status(503).headerMatches("Server-Timing", MISS);
        expect(viewer.get("/a")).status(503).headerMatches("Server-Timing", HIT);
    }
}
