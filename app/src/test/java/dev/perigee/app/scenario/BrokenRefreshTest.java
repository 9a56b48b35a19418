package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.cutAfter;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.pausedAfter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.RangingOrigin;
import dev.perigee.testkit.ReplyPart;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import java.time.Duration;

/** A new version that breaks off half-way, on an edge without a disk, does not take the old one with it. */
class BrokenRefreshTest {
    private static final Content OLD = Content.generated(60_000, 1);
    private static final Content NEW = Content.generated(60_000, 2);
    private static final int HALF = 30_000;
    private static final int BLOCK = 1 << 16;
    private static final int LARGE = 20 * BLOCK + 7;

    /** Stores the old version and lets it become stale; the new one will stop half-way, and break off when told. */
    private static void store(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock, ReplyPart lifetime) {
        edge.restart(limits().disk(0).build());
        origin.on("GET", "/a").reply(200, lifetime, etag("v1"), body(OLD));
        expect(edge.viewer().get("/a")).body(OLD);
        clock.advanceSeconds(61);
        origin.on("GET", "/a")
                .times(1)
                .reply(200, maxAge(60), etag("v2"), body(NEW), pausedAfter(HALF), cutAfter(HALF));
    }

    @Scenario
    void theStaleObjectServesTheNextViewer(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        store(edge, origin, clock, maxAge(60));
        Exchange first = edge.viewer().get("/a").awaitBytes(HALF);
        origin.on("GET", "/a").hangUp();
        origin.resume();
        expect(first).status(200).cutShort();
        expect(edge.viewer().get("/a")).status(200).body(OLD).header("ETag", "\"v1\"");
        origin.expectRequests(2);
        // As after any other failure, the origin is left alone for ErrorCachingMinTTL.
        clock.advanceSeconds(10);
        expect(edge.viewer().get("/a")).status(200).body(OLD);
        clock.advanceSeconds(10);
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v3"), body("third"));
        expect(edge.viewer().get("/a")).body("third").miss();
        expect(edge.viewer().get("/a")).body("third").hit();
    }

    @Scenario
    void soItDoesAfterABackgroundRefresh(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        store(edge, origin, clock, cacheControl("max-age=60, stale-while-revalidate=600"));
        expect(edge.viewer().get("/a")).body(OLD).hit();
        Exchange joined = edge.viewer().get("/a");
        Patience.eventually("the new version is on its way", () -> {
            Exchange each = edge.viewer().get("/a").awaitBytes(HALF);
            return !each.receivedText().contains("v1");
        });
        origin.on("GET", "/a").hangUp();
        origin.resume();
        joined.awaitDone(10_000);
        Patience.eventually(
                "the old version is back",
                () -> edge.viewer().get("/a").response().whole());
        expect(edge.viewer().get("/a")).body(OLD);
    }

    @Scenario
    void notWhereTheOriginForbidsStaleAnswers(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        store(edge, origin, clock, cacheControl("max-age=60, stale-if-error=0"));
        Exchange first = edge.viewer().get("/a").awaitBytes(HALF);
        origin.on("GET", "/a").hangUp();
        origin.resume();
        expect(first).cutShort();
        expect(edge.viewer().get("/a")).status(502);
    }

    @Scenario
    void notWhenItWasPurgedMeanwhile(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        store(edge, origin, clock, maxAge(60));
        Exchange first = edge.viewer().get("/a").awaitBytes(HALF);
        edge.purge("/a");
        origin.on("GET", "/a").hangUp();
        origin.resume();
        expect(first).cutShort();
        expect(edge.viewer().get("/a")).status(502);
    }

    @Scenario
    void aPurgeOfSomethingElseDoesNotHarmIt(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        store(edge, origin, clock, maxAge(60));
        Exchange first = edge.viewer().get("/a").awaitBytes(HALF);
        edge.purge("/b", "/c/*");
        origin.on("GET", "/a").hangUp();
        origin.resume();
        expect(first).cutShort();
        expect(edge.viewer().get("/a")).status(200).body(OLD);
    }

    @Scenario
    void notWhenTheOriginHasTakenItBackMeanwhile(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        edge.restart(limits().disk(0).build());
        origin.on("GET", "/a").reply(200, maxAge(0), etag("v1"), body(OLD));
        expect(edge.viewer().get("/a")).body(OLD);
        origin.on("GET", "/a").times(1).reply(200, maxAge(0), etag("v2"), body(NEW), pausedAfter(HALF), cutAfter(HALF));
        Exchange second = edge.viewer().get("/a").awaitBytes(HALF);
        origin.on("GET", "/a").reply(410, body("gone"));
        expect(edge.viewer().get("/a")).status(410);
        origin.on("GET", "/a").hangUp();
        origin.resume();
        expect(second).cutShort();
        expect(edge.viewer().get("/a")).status(502);
    }

    @Scenario
    void whatWasOnlyHalfThereItselfDoesNotComeBack(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().disk(0).build());
        origin.on("GET", "/a").reply(200, maxAge(0), etag("v1"), body(OLD));
        expect(edge.viewer().get("/a")).body(OLD);
        var second = origin.on("GET", "/a")
                .times(1)
                .reply(200, maxAge(0), etag("v2"), body(NEW), pausedAfter(HALF), cutAfter(HALF));
        Exchange half = edge.viewer().get("/a").awaitBytes(HALF);
        var third = origin.on("GET", "/a")
                .times(1)
                .reply(200, maxAge(0), etag("v3"), body(NEW), pausedAfter(HALF), cutAfter(HALF));
        Exchange another = edge.viewer().get("/a").awaitBytes(HALF);
        origin.on("GET", "/a").hangUp();
        second.resume();
        expect(half).cutShort();
        third.resume();
        expect(another).cutShort();
        expect(edge.viewer().get("/a")).status(200).body(OLD);
    }

    @Scenario
    void aLargeObjectComesBackWithAllItsBlocks(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(LARGE)) {
            edge.restart(limits().disk(0).blockBytes(BLOCK).build());
            edge.serve(distribution(origin.port()));
            byte[] old = edge.viewer().get("/o").response().body();
            assertEquals(LARGE, old.length);
            clock.advance(Duration.ofSeconds(3601));
            origin.newVersion().cutOnceAfter(5 * BLOCK + 77);
            origin.downAfter(1);
            Response broken = edge.viewer().get("/o").response();
            assertFalse(broken.whole(), "the new version broke off");
            Response again = edge.viewer().get("/o").response();
            expect(again).status(200);
            assertArrayEquals(old, again.body());
        }
    }
}
