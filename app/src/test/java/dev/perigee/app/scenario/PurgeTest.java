package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Selection;
import dev.perigee.edge.PlanRefused;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import dev.perigee.wire.PlanDocument;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurgeTest {
    @ParameterizedTest(name = "{0} removes {1}: {2}")
    @CsvSource({
        "/a,        /a,         true",
        "/a,        /ab,        false",
        "/a,        /A,         false",
        "/a,        /dir/a,     false",
        "/a*,       /a,         true",
        "/a*,       /ab/c,      true",
        "/a*,       /b,         false",
        "/dir/*,    /dir/x/y,   true",
        "/dir/*,    /dir,       false",
        "/dir/,     /dir/x,     false",
        "/*,        /any/thing, true",
        "/*,        /,          true"
    })
    @ExtendWith(ScenarioExtension.class)
    void aPathRemovesWhatItNames(
            String purge,
            String path,
            boolean removed,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        origin.on("GET", "*").reply(200, maxAge(3600), body("x"));
        expect(viewer.get(path)).miss();
        expect(viewer.get(path)).hit();
        edge.purge(purge);
        expect(viewer.get(path)).hitElseMiss(!removed);
        expect(viewer.get(path)).hit();
    }

    @ParameterizedTest(name = "{0} removes {1}: {2}")
    @CsvSource({
        "/a?x=1, /a?x=1, true",
        "/a?x=1, /a?x=2, false",
        "/a?x=1, /a,     false",
        "/a*,    /a?x=1, true",
        "/a?x=*, /a?x=2, true"
    })
    @ExtendWith(ScenarioExtension.class)
    void aQueryInThePathNamesOneVariant(
            String purge,
            String path,
            boolean removed,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.keyQueries(Selection.ALL)));
        origin.on("GET", "*").reply(200, maxAge(3600), body("x"));
        expect(viewer.get(path)).miss();
        edge.purge(purge);
        expect(viewer.get(path)).hitElseMiss(!removed);
    }

    @Scenario
    void everyVariantOfThePathGoes(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.keyHeaders("x-lang")));
        origin.on("GET", "/a").reply(200, maxAge(3600), body("x"));
        expect(viewer.get("/a", "X-Lang", "en"), viewer.get("/a", "X-Lang", "de"))
                .miss();
        edge.purge("/a");
        expect(viewer.get("/a", "X-Lang", "en"), viewer.get("/a", "X-Lang", "de"))
                .miss();
        origin.expectRequests(4);
    }

    @Scenario
    void otherDistributionsKeepTheirs(ScenarioEdge edge, ScriptedOrigin origin) {
        String other = "d222222abcdef8.cloudfront.net";
        edge.serve(distribution(origin), distribution(origin).named("EOTHER", other));
        origin.on("GET", "/a").reply(200, maxAge(3600), body("x"));
        expect(edge.viewer().get("/a"), edge.viewer(other).get("/a")).miss();
        edge.purgeOf("EOTHER", "/*");
        expect(edge.viewer().get("/a")).hit();
        expect(edge.viewer(other).get("/a")).miss();
    }

    @Scenario
    void aPurgeIsAppliedOnceAndNotAgainWithEveryPlan(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(3600), body("x"));
        expect(viewer.get("/a")).miss();
        edge.purge("/a");
        expect(viewer.get("/a")).miss();
        edge.serve(distribution(origin));
        expect(viewer.get("/a")).hit();
        edge.purge("/b");
        expect(viewer.get("/a")).hit();
    }

    @Scenario
    void aFillBegunBeforeThePurgeNeverSurvivesIt(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").times(1).hold().reply(200, maxAge(3600), body("old"));
        Exchange early = edge.viewer().get("/a");
        origin.awaitRequests(1);
        edge.purge("/a");
        origin.release();
        expect(early).status(200).body("old");
        origin.on("GET", "/a").reply(200, maxAge(3600), body("new"));
        expect(edge.viewer().get("/a")).body("new").miss();
        expect(edge.viewer().get("/a")).body("new").hit();
        origin.expectRequests(2);
    }

    @Scenario
    void aRequestAfterThePurgeDoesNotJoinAFillFromBefore(ScenarioEdge edge, ScriptedOrigin origin) {
        Content old = Content.generated(100_000, 1);
        Content fresh = Content.generated(100_000, 2);
        origin.on("GET", "/a").times(1).hold().reply(200, maxAge(3600), body(old));
        Exchange early = edge.viewer().get("/a");
        origin.awaitRequests(1);
        edge.purge("/*");
        origin.on("GET", "/a").reply(200, maxAge(3600), body(fresh));
        expect(edge.viewer().get("/a")).body(fresh);
        origin.release();
        expect(early).body(old);
        expect(edge.viewer().get("/a")).body(fresh).hit();
        origin.expectRequests(2);
    }

    @Scenario
    void aRevalidationUnderWayDoesNotBringThePurgedObjectBack(
            ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("old"));
        expect(edge.viewer().get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").hold().reply(304, maxAge(3600));
        Exchange revalidating = edge.viewer().get("/a");
        origin.awaitRequests(2);
        edge.purge("/a");
        origin.release();
        expect(revalidating).status(200);
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v2"), body("new"));
        expect(edge.viewer().get("/a")).body("new").miss();
        assertNull(origin.lastRequest().header("If-None-Match"));
    }

    @Scenario
    void aPurgedObjectIsNotServedStale(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(3600), etag("v1"), body("old"));
        expect(viewer.get("/a")).miss();
        edge.purge("/a");
        origin.on("GET", "/a").reply(500, body("oops"));
        expect(viewer.get("/a")).status(500).body("oops");
        assertNull(origin.lastRequest().header("If-None-Match"));
    }

    @Scenario
    void aPurgeRemovesAStoredError(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(404, body("missing"));
        expect(viewer.get("/a")).status(404);
        origin.on("GET", "/a").reply(200, maxAge(60), body("here"));
        edge.purge("/a");
        expect(viewer.get("/a")).status(200).body("here");
    }

    @Scenario
    void anEdgeThatMissedAPurgeEmptiesItsStore(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer)
            throws PlanRefused {
        origin.on("GET", "/a").reply(200, maxAge(3600), body("x"));
        expect(viewer.get("/a")).miss();
        Plan next = edge.nextPlan();
        Plan later = new Plan(next.version(), next.distributions(), List.of(), 5, null);
        assertEquals(next.version(), edge.edge().offer(PlanDocument.encode(later)));
        expect(viewer.get("/a")).miss();
    }

    @Scenario
    void aTagRemovesWhatCarriesIt(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).cacheTags("x-tags"));
        origin.on("GET", "/cat").reply(200, maxAge(60), header("X-Tags", "Pets, CAT"), body("cat"));
        origin.on("GET", "/dog").reply(200, maxAge(60), header("X-Tags", "pets,dog"), body("dog"));
        origin.on("GET", "/other").reply(200, maxAge(60), header("Y-Tags", "cat"), body("other"));
        for (String path : List.of("/cat", "/dog", "/other"))
            expect(viewer.get(path)).miss();
        edge.purgeTags("cat");
        expect(viewer.get("/dog")).hit();
        expect(viewer.get("/other")).hit();
        expect(viewer.get("/cat")).miss();
        edge.purgeTags("pets");
        expect(viewer.get("/cat")).miss();
        expect(viewer.get("/dog")).miss();
        expect(viewer.get("/other")).hit();
    }

    @Scenario
    void aTaggedFillBegunBeforeThePurgeNeverSurvivesIt(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).cacheTags("x-tags"));
        origin.on("GET", "/cat").times(1).hold().reply(200, maxAge(60), header("X-Tags", "cat"), body("old"));
        origin.on("GET", "/dog").times(1).hold().reply(200, maxAge(60), header("X-Tags", "dog"), body("dog"));
        Exchange cat = edge.viewer().get("/cat");
        Exchange dog = edge.viewer().get("/dog");
        origin.awaitRequests(2);
        edge.purgeTags("cat");
        origin.release();
        expect(cat).body("old");
        expect(dog).body("dog");
        origin.on("GET", "/cat").reply(200, maxAge(60), header("X-Tags", "cat"), body("new"));
        expect(edge.viewer().get("/cat")).body("new").miss();
        expect(edge.viewer().get("/dog")).body("dog").hit();
    }
}
