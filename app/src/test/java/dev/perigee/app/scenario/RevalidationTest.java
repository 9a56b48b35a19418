package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.lastModified;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevalidationTest {
    @Scenario
    void anUnchangedObjectIsARefreshHitAndFreshAgain(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(60);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, maxAge(100), etag("v1"));
        expect(viewer.get("/a")).status(200).body("hello").refreshHit();
        clock.advanceSeconds(99);
        expect(viewer.get("/a")).status(200).body("hello").hit().age(99);
        origin.expectRequests(2);
    }

    @Scenario
    void a304UpdatesTheStoredHeaders(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), header("X-Stage", "old"), body("hello"));
        expect(viewer.get("/a")).header("X-Stage", "old");
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, maxAge(60), header("X-Stage", "new"));
        expect(viewer.get("/a")).refreshHit();
        expect(viewer.get("/a"))
                .hit()
                .header("X-Stage", "new")
                .header("Content-Length", "5")
                .body("hello");
    }

    @Scenario
    void aChangedObjectReplacesTheStoredOne(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("old"));
        expect(viewer.get("/a")).body("old");
        clock.advanceSeconds(61);
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v2"), body("new"));
        expect(viewer.get("/a")).body("new").miss();
        assertEquals("\"v1\"", origin.lastRequest().header("If-None-Match"));
        expect(viewer.get("/a")).body("new").hit().header("ETag", "\"v2\"");
        origin.expectRequests(2);
    }

    @Scenario
    void withoutAnEntityTagTheDateIsTheValidator(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        String date = clock.httpDateIn(-86_400);
        origin.on("GET", "/a").reply(200, maxAge(60), lastModified(date), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a")
                .when(r -> date.equals(r.header("If-Modified-Since")))
                .reply(304);
        expect(viewer.get("/a")).status(200).body("hello").refreshHit();
        origin.expectRequests(2);
    }

    /** RFC 9111 section 4.3.4: a 304 about another version says nothing about this one. */
    @Scenario
    void a304WithAnotherDateIsNotAboutWhatIsStored(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), lastModified(clock.httpDateIn(-86_400)), body("old"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        String newer = clock.httpDateIn(-3_600);
        origin.on("GET", "/a").reply(200, maxAge(60), lastModified(newer), body("new"));
        origin.on("GET", "/a").when(r -> r.header("If-Modified-Since") != null).reply(304, lastModified(newer));
        expect(viewer.get("/a")).status(200).body("new").miss();
        expect(viewer.get("/a")).body("new").hit();
        origin.expectRequests(3);
    }

    @Scenario
    void withoutAValidatorTheObjectIsFetchedAgain(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        expect(viewer.get("/a")).body("hello").miss();
        assertNull(origin.lastRequest().header("If-None-Match"));
        assertNull(origin.lastRequest().header("If-Modified-Since"));
        origin.expectRequests(2);
    }

    @Scenario
    void aLifetimeOfZeroIsRevalidatedEveryTime(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(0), etag("v1"), body("hello"));
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304);
        expect(viewer.get("/a")).miss().body("hello");
        expect(viewer.get("/a")).refreshHit().body("hello");
        expect(viewer.get("/a")).refreshHit().body("hello");
        origin.expectRequests(3);
    }

    @Scenario
    void concurrentRevalidationsReachTheOriginOnce(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        expect(edge.viewer().get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").hold().reply(304, maxAge(60));
        Exchange first = edge.viewer().get("/a");
        Exchange second = edge.viewer().get("/a");
        origin.awaitRequests(2).release();
        expect(first, second).status(200).body("hello");
        origin.expectRequests(2);
    }

    @Scenario
    void aViewersOwnConditionIsAnsweredAfterRevalidation(
            ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, maxAge(60));
        expect(viewer.get("/a", "If-None-Match", "\"v1\"")).status(304).body("");
        expect(viewer.get("/a")).status(200).body("hello").hit();
        origin.expectRequests(2);
    }

    @Scenario
    void staleWhileRevalidateAnswersAtOnce(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-while-revalidate=30"), body("old"));
        expect(viewer.get("/a")).body("old").miss();
        clock.advanceSeconds(89);
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("new"));
        expect(viewer.get("/a")).body("old").hit();
        origin.awaitRequests(2);
        expect(viewer.get("/a")).body("old").hit();
        origin.release();
        Patience.eventually(
                "the refreshed object is served",
                () -> viewer.get("/a").response().text().equals("new"));
        origin.expectRequests(2);
    }

    @Scenario
    void withinTheWindowNobodyWaitsForAnOriginInTrouble(
            ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-while-revalidate=600"), body("old"));
        expect(viewer.get("/a")).body("old").miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").reply(503, body("busy"));
        expect(viewer.get("/a")).body("old").hit();
        origin.awaitRequests(2);
        clock.advanceSeconds(11);
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("new"));
        expect(viewer.get("/a")).body("old").hit();
    }

    @Scenario
    void refreshesThatComeToNothingAreNotRepeatedByEveryViewer(
            ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-while-revalidate=9000"), body("old"));
        expect(viewer.get("/a")).body("old").miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").hold().reply(200, cacheControl("no-store"), body("new"));
        expect(viewer.get("/a")).body("old").hit();
        origin.awaitRequests(2);
        for (int i = 0; i < 10; i++) expect(viewer.get("/a")).body("old").hit();
        origin.release();
        Patience.eventually(
                "the old object is gone",
                () -> viewer.get("/a").response().text().equals("new"));
        origin.expectRequests(3);
    }

    @Scenario
    void anAnswerThatIsNotStoredEndsWhatWasStored(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-while-revalidate=9000"), body("old"));
        expect(viewer.get("/a")).body("old").miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").reply(410, body("gone"));
        expect(viewer.get("/a")).body("old").hit();
        Patience.eventually(
                "the old object is gone", () -> viewer.get("/a").response().status() == 410);
        origin.on("GET", "/a").reply(503, body("oops"));
        expect(viewer.get("/a")).status(503);
    }

    @Scenario
    void whatBecamePrivateDoesNotStandInForErrors(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("for all"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").reply(200, cacheControl("private"), body("for one"));
        expect(viewer.get("/a")).body("for one").miss();
        origin.on("GET", "/a").reply(500, body("oops"));
        expect(viewer.get("/a")).status(500).body("oops");
    }

    @ParameterizedTest(name = "304 with {0}")
    @ValueSource(strings = {"private", "no-store", "private, max-age=600"})
    @ExtendWith(ScenarioExtension.class)
    void aFreshWordThatItIsNotToBeStoredEndsWhatIsStored(
            String directives, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, cacheControl(directives), etag("v1"));
        expect(viewer.get("/a")).status(200).body("hello").refreshHit().header("Cache-Control", directives);
        expect(viewer.get("/a")).status(200).miss();
        assertNull(origin.lastRequest().header("If-None-Match"));
    }

    @Scenario
    void whereMinTtlKeepsItA304CannotSendItAway(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        edge.serve(distribution(origin).byDefault(b -> b.ttl(10, 60, 600)));
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, cacheControl("private"), etag("v1"));
        expect(viewer.get("/a")).refreshHit();
        expect(viewer.get("/a")).hit();
    }

    @Scenario
    void a304ThatNobodyAskedForIsNoAnswer(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(304, maxAge(60), etag("v1"));
        expect(viewer.get("/a")).status(502);
    }

    @Scenario
    void afterTheWindowOfStaleWhileRevalidateTheViewerWaits(
            ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-while-revalidate=30"), body("old"));
        expect(viewer.get("/a")).body("old");
        clock.advanceSeconds(90);
        origin.on("GET", "/a").reply(200, maxAge(60), body("new"));
        expect(viewer.get("/a")).body("new").miss();
    }

    @Scenario
    void aStaleObjectIsServedWhenTheOriginFails(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").reply(500, body("oops"));
        expect(viewer.get("/a")).status(200).body("hello");
        origin.expectRequests(2);
    }

    @Scenario
    void theOriginIsLeftAloneForTheErrorCachingTimeWhileStaleIsServed(
            ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").reply(503, body("oops"));
        expect(viewer.get("/a")).status(200).body("hello");
        clock.advanceSeconds(9);
        expect(viewer.get("/a")).status(200).body("hello");
        origin.expectRequests(2);
        clock.advanceSeconds(1);
        expect(viewer.get("/a")).status(200).body("hello");
        origin.expectRequests(3);
    }

    @Scenario
    void aStaleObjectIsServedWhenTheOriginCannotBeReached(
            ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-if-error=600"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.stopListening();
        origin.dropConnections();
        expect(viewer.get("/a")).status(200).body("hello");
    }

    @Scenario
    void staleIfErrorOfZeroForbidsStaleAnswers(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-if-error=0"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").hangUp();
        expect(viewer.get("/a")).status(502).error();
    }

    @Scenario
    void afterTheWindowOfStaleIfErrorTheErrorIsShown(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-if-error=30"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(90);
        origin.on("GET", "/a").reply(500, body("oops"));
        expect(viewer.get("/a")).status(500).body("oops").error();
    }

    @Scenario
    void aClientErrorIsNotHiddenByAStaleObject(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        origin.on("GET", "/a").reply(404, body("gone"));
        expect(viewer.get("/a")).status(404).body("gone").error();
    }

    @Scenario
    void a304ForAnObjectThatWasNeverStoredIsNotServedToOthers(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, maxAge(60), etag("v1"));
        expect(viewer.get("/a", "If-None-Match", "\"v1\"")).status(304);
        expect(viewer.get("/a")).status(200).body("hello");
    }
}
