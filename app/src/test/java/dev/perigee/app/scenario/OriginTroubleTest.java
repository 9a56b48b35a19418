package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.pausedAfter;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.ArrayList;
import java.util.List;

/** Origins that die, hang or dawdle while viewers wait. */
class OriginTroubleTest {
    private static final int VIEWERS = 200;

    private static List<Exchange> crowd(ScenarioEdge edge) {
        List<Exchange> crowd = new ArrayList<>();
        for (int i = 0; i < VIEWERS; i++) crowd.add(edge.viewer().get("/a"));
        return crowd;
    }

    @Scenario
    void OF_03_anOriginThatDiesWithManyViewersWaitingIsAskedOnce(ScenarioEdge edge, ScriptedOrigin origin) {
        // The crowd may take its time to gather.
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.readTimeout(30))));
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("never"));
        List<Exchange> crowd = crowd(edge);
        origin.awaitRequests(1).stopListening();
        origin.dropConnections();
        expect(crowd).status(502).error();
        origin.expectRequests(1);
    }

    @Scenario
    void OF_03_aHungFetchIsReleasedByTheTimeout(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.readTimeout(1))));
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("never"));
        expect(crowd(edge)).status(504).error();
        origin.expectRequests(1);
        clock.advanceSeconds(10);
        origin.on("GET", "/a").reply(200, maxAge(60), body("back"));
        expect(crowd(edge)).status(200).body("back");
        origin.expectRequests(2);
    }

    @Scenario
    void OF_03_aStaleResponseServesTheWholeCrowd(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        // The crowd may take its time to gather.
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.readTimeout(30))));
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-if-error=600"), body("hello"));
        expect(edge.viewer().get("/a")).status(200);
        clock.advanceSeconds(61);
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("never"));
        List<Exchange> crowd = crowd(edge);
        origin.awaitRequests(2).stopListening();
        origin.dropConnections();
        expect(crowd).status(200).body("hello");
        origin.expectRequests(2);
    }

    @Scenario
    void aDawdlingOriginIsCutAtTheCompletionTimeout(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin)
                .byDefault(b -> b.origin(o -> o.readTimeout(1).completionTimeout(1))));
        origin.on("GET", "/a").reply(200, maxAge(60), body(Content.generated(100_000, 1)), pausedAfter(50_000));
        long begin = System.nanoTime();
        expect(edge.viewer().get("/a")).status(200).cutShort();
        long milliseconds = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(milliseconds < 4_000, () -> milliseconds + " ms");
    }

    @Scenario
    void theCompletionTimeoutHoldsForAllAttemptsTogether(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin)
                .byDefault(b -> b.origin(o -> o.attempts(3).readTimeout(2).completionTimeout(3))));
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("late"));
        long begin = System.nanoTime();
        expect(viewer.get("/a")).status(504).error();
        long milliseconds = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(milliseconds > 2_500 && milliseconds < 4_500, () -> milliseconds + " ms");
    }

    @Scenario
    void oneInterim100IsSkippedTwoAreTooMany(ScriptedOrigin origin, ScriptedViewer viewer) {
        String interim = "HTTP/1.1 100 Continue\r\n\r\n";
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        origin.on("GET", "/one").raw(interim + answer);
        origin.on("GET", "/two").raw(interim + interim + answer);
        expect(viewer.get("/one")).status(200).body("hello");
        expect(viewer.get("/two")).status(502).error();
    }
}
