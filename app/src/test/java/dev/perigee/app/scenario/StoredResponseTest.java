package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.chunked;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.untilClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;

class StoredResponseTest {
    @Scenario
    void aSecondRequestIsAHitWithItsAge(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).status(200).body("hello").miss().noHeader("Age");
        clock.advanceSeconds(7);
        expect(viewer.get("/a")).status(200).body("hello").hit().age(7);
        origin.expectRequests(1);
    }

    @Scenario
    void ageCountsTheTimeInCachesBeforeThisOne(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("Age", "20"), body("hello"));
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(5);
        expect(viewer.get("/a")).hit().age(25);
        clock.advanceSeconds(35);
        expect(viewer.get("/a")).miss();
        origin.expectRequests(2);
    }

    @Scenario
    void headIsAnsweredFromAStoredGet(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        expect(viewer.get("/a")).miss();
        expect(viewer.head("/a"))
                .status(200)
                .hit()
                .body("")
                .header("Content-Length", "5")
                .header("ETag", "\"v1\"");
        expect(viewer.get("/a")).hit().body("hello");
        origin.expectRequests(1);
    }

    @Scenario
    void aHeadBeforeTheGetNeverEmptiesIt(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("*", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.head("/a")).status(200).body("").header("Content-Length", "5");
        expect(viewer.get("/a")).status(200).body("hello");
        expect(viewer.get("/a")).status(200).body("hello").hit();
    }

    @Scenario
    void headsConcurrentWithAGetStayWithoutContent(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("*", "/a").hold().reply(200, maxAge(60), body("hello"));
        var get = edge.viewer().get("/a");
        origin.awaitRequests(1);
        var head = edge.viewer().head("/a");
        origin.release();
        expect(get).body("hello");
        expect(head).status(200).body("").header("Content-Length", "5");
    }

    @Scenario
    void originHeadersAreKeptWithTheObject(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a")
                .reply(
                        200,
                        cacheControl("max-age=60, immutable"),
                        header("Content-Type", "image/jpeg"),
                        header("X-Custom", "one"),
                        header("Server", "AmazonS3"),
                        body("jpeg"));
        for (int i = 0; i < 2; i++) {
            expect(viewer.get("/a"))
                    .header("Cache-Control", "max-age=60, immutable")
                    .header("Content-Type", "image/jpeg")
                    .header("X-Custom", "one")
                    .header("Server", "AmazonS3");
        }
        origin.expectRequests(1);
    }

    @Scenario
    void clearTextAndTlsShareOneObject(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).miss();
        expect(edge.tlsViewer().get("/a")).body("hello").hit();
        origin.expectRequests(1);
    }

    @Scenario
    void aRedirectIsStoredAndNotFollowed(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/old").reply(301, maxAge(60), header("Location", "/new"));
        expect(viewer.get("/old")).status(301).header("Location", "/new").miss();
        expect(viewer.get("/old")).status(301).header("Location", "/new").hit();
        origin.expectRequests(1);
    }

    @Scenario
    void aViewerCannotForceAFetch(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).miss();
        expect(viewer.get("/a", "Cache-Control", "no-cache", "Pragma", "no-cache"))
                .hit();
        expect(viewer.get("/a", "Cache-Control", "max-age=0")).hit();
        origin.expectRequests(1);
    }

    @Scenario
    void withCachingDisabledEveryRequestGoesToTheOrigin(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.cachingDisabled()));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).miss().body("hello");
        expect(viewer.get("/a")).miss().body("hello");
        origin.expectRequests(2);
        assertEquals(0, edge.status().storedObjects());
    }

    @Scenario
    void answersInChunksAndWithoutFramingArriveWhole(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/chunked").reply(200, maxAge(60), chunked("a text of several chunks"));
        origin.on("GET", "/close").reply(200, maxAge(60), untilClose("until the end"));
        expect(viewer.get("/chunked")).body("a text of several chunks").miss();
        expect(viewer.get("/chunked")).body("a text of several chunks").hit();
        expect(viewer.get("/close")).body("until the end");
        expect(viewer.get("/close")).body("until the end");
    }

    @Scenario
    void anEmptyObjectIsAnObject(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/empty").reply(200, maxAge(60));
        origin.on("GET", "/none").reply(204, maxAge(60));
        expect(viewer.get("/empty"))
                .status(200)
                .body("")
                .header("Content-Length", "0")
                .miss();
        expect(viewer.get("/empty"))
                .status(200)
                .body("")
                .header("Content-Length", "0")
                .hit();
        expect(viewer.get("/none")).status(204).body("").noHeader("Content-Length");
    }

    @Scenario
    void anObjectAboveTheLimitIsDeliveredAndNotStored(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().memory(4 << 20, 100_000).build());
        Content large = Content.generated(100_001, 1);
        Content inChunks = Content.generated(500_000, 2);
        origin.on("GET", "/large").reply(200, maxAge(60), body(large));
        origin.on("GET", "/chunks").reply(200, maxAge(60), chunked(inChunks, 8_000));
        ScriptedViewer viewer = edge.viewer();
        for (int i = 0; i < 2; i++) {
            expect(viewer.get("/large")).body(large).miss();
            expect(viewer.get("/chunks")).body(inChunks).miss();
        }
        origin.expectRequests(4);
    }

    @Scenario
    void theStoreStaysWithinItsMemory(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().memory(2 << 20, 1 << 20).build());
        Content object = Content.generated(100_000, 3);
        origin.on("GET", "/*").reply(200, maxAge(60), body(object));
        ScriptedViewer viewer = edge.viewer();
        for (int i = 0; i < 60; i++) expect(viewer.get("/" + i)).body(object);
        Patience.eventually("memory within 2 MiB", () -> edge.status().storedBytes() <= 2 << 20);
        assertTrue(edge.status().storedObjects() > 0);
    }

    @Scenario
    void largeObjectsKeepEveryByte(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        Content object = Content.generated(20_000_003, 4);
        origin.on("GET", "/photo").reply(200, maxAge(60), body(object));
        expect(viewer.get("/photo")).body(object).miss();
        expect(viewer.get("/photo")).body(object).hit();
        expect(edge.tlsViewer().get("/photo")).body(object).hit();
        origin.expectRequests(1);
    }

    @Scenario
    void theEdgeCountsWhatItDoes(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a"), viewer.get("/a"), viewer.get("/a")).status(200);
        Patience.eventually("three requests", () -> edge.status().requests() == 3);
        assertEquals(2, edge.status().hits());
        assertEquals(1, edge.status().originRequests());
        assertEquals(5, edge.status().originBytes());
        assertEquals(1, edge.status().storedObjects());
    }
}
