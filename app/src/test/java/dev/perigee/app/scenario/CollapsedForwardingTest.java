package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.chunked;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.pausedAfter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

class CollapsedForwardingTest {
    @Scenario
    void concurrentMissesReachTheOriginOnce(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        origin.on("GET", "/a").hold().reply(200, maxAge(60), etag("v1"), body("hello"));
        Exchange first = edge.viewer().get("/a");
        Exchange second = edge.viewer().get("/a");
        origin.awaitRequests(1).release();
        expect(first, second).status(200).body("hello");
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304);
        expect(edge.viewer().get("/a")).status(200).body("hello").refreshHit();
        origin.expectRequests(2);
    }

    @Scenario
    void twoHundredRequestsForOneColdObjectMakeOneOriginRequest(ScenarioEdge edge, ScriptedOrigin origin) {
        Content photo = Content.generated(150_000, 1);
        origin.on("GET", "/photo").hold().reply(200, maxAge(60), body(photo));
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < 200; i++) exchanges.add(edge.viewer().get("/photo"));
        origin.awaitRequests(1).release();
        expect(exchanges).status(200).body(photo);
        origin.expectRequests(1);
        long hits = exchanges.stream()
                .filter(e -> "Hit from cloudfront".equals(e.response().header("X-Cache")))
                .count();
        assertEquals(199, hits);
    }

    @Scenario
    void readersFollowWhileTheFillGrows(ScenarioEdge edge, ScriptedOrigin origin) {
        Content content = Content.generated(300_000, 2);
        origin.on("GET", "/a").reply(200, maxAge(60), body(content), pausedAfter(200_000));
        Exchange first = edge.viewer().get("/a").awaitBytes(200_000);
        Exchange late = edge.viewer().get("/a").awaitBytes(200_000);
        assertFalse(first.done());
        assertFalse(late.done());
        origin.resume();
        expect(first, late).body(content);
        origin.expectRequests(1);
    }

    @Scenario
    void readersFollowAFillOfUnknownLength(ScenarioEdge edge, ScriptedOrigin origin) {
        Content content = Content.generated(100_000, 3);
        origin.on("GET", "/a").reply(200, maxAge(60), chunked(content, 1_000), pausedAfter(50_000));
        Exchange first = edge.viewer().get("/a").awaitBytes(50_000);
        Exchange late = edge.viewer().get("/a").awaitBytes(50_000);
        origin.resume();
        expect(first, late).body(content);
        expect(edge.viewer().get("/a")).body(content).hit();
        origin.expectRequests(1);
    }

    @Scenario
    void uncacheableAnswersAreNotShared(ScenarioEdge edge, ScriptedOrigin origin) {
        for (String page : List.of("one", "two", "three")) {
            origin.on("GET", "/me").times(1).hold().reply(200, cacheControl("private"), body(page));
        }
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < 3; i++) exchanges.add(edge.viewer().get("/me"));
        origin.awaitRequests(1).release();
        expect(exchanges).status(200).miss();
        Set<String> pages =
                exchanges.stream().map(Exchange::response).map(Response::text).collect(Collectors.toSet());
        assertEquals(Set.of("one", "two", "three"), pages);
        origin.expectRequests(3);
    }

    @Scenario
    void nothingIsCollapsedWithCachingDisabled(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.cachingDisabled()));
        origin.on("GET", "/a").hold().reply(200, body("hello"));
        Exchange first = edge.viewer().get("/a");
        Exchange second = edge.viewer().get("/a");
        origin.awaitRequests(2).release();
        expect(first, second).body("hello").miss();
    }

    @Scenario
    void unlikeKeysAreFetchedSideBySide(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("a"));
        origin.on("GET", "/b").reply(200, maxAge(60), body("b"));
        Exchange held = edge.viewer().get("/a");
        origin.awaitRequests(1);
        expect(edge.viewer().get("/b")).body("b");
        origin.release();
        expect(held).body("a");
    }

    @Scenario
    void aSlowReaderHoldsNobodyUp(ScenarioEdge edge, ScriptedOrigin origin) {
        Content large = Content.generated(20_000_000, 4);
        origin.on("GET", "/large").hold().reply(200, maxAge(60), body(large));
        ScriptedViewer slow = edge.viewer().receiveBuffer(8_192);
        slow.pauseReading();
        Exchange slowly = slow.get("/large");
        Exchange quickly = edge.viewer().get("/large");
        origin.awaitRequests(1).release();
        expect(quickly).body(large);
        slow.resumeReading();
        expect(slowly).body(large);
        origin.expectRequests(1);
    }

    @Scenario
    void theFirstViewerLeavingDoesNotSpoilTheOthersAnswer(ScenarioEdge edge, ScriptedOrigin origin) {
        Content content = Content.generated(200_000, 5);
        origin.on("GET", "/a").reply(200, maxAge(60), body(content), pausedAfter(100_000));
        ScriptedViewer leaving = edge.viewer();
        Exchange left = leaving.get("/a").awaitBytes(100_000);
        Exchange staying = edge.viewer().get("/a").awaitBytes(100_000);
        leaving.hangUp();
        origin.resume();
        expect(staying).status(200).body(content);
        assertFalse(left.received() == content.size());
        origin.expectRequests(1);
    }

    @Scenario
    void OF_03_anOriginThatDiesWithManyWaitingIsAskedOnce(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").hold().hangUp();
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < 50; i++) exchanges.add(edge.viewer().get("/a"));
        origin.awaitRequests(1).release();
        expect(exchanges).status(502).error();
        origin.expectRequests(1);
    }

    @Scenario
    void OF_03_aHungFillIsReleasedByTheTimeout(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.readTimeout(1))));
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("late"));
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < 20; i++) exchanges.add(edge.viewer().get("/a"));
        expect(exchanges).status(504).error();
        origin.expectRequests(1);
    }
}
