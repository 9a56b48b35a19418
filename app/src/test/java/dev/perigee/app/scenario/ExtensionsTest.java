package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.cache.Extension;
import dev.perigee.core.plan.Selection;
import dev.perigee.edge.store.disk.DiskStatus;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.RangingOrigin;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What CloudFront lacks and the RFCs have: with the extension, and without it as CloudFront. */
class ExtensionsTest {
    private static void forwardingAll(ScenarioEdge edge, ScriptedOrigin origin, Extension... extensions) {
        edge.extend(extensions);
        edge.serve(
                distribution(origin).byDefault(b -> b.allMethods().forwardAll().keyQueries(Selection.ALL)));
    }

    private static void greetByLanguage(ScriptedOrigin origin) {
        for (String language : List.of("en", "de")) {
            origin.on("GET", "/a")
                    .when(r -> Objects.equals(r.header("Accept-Language"), language))
                    .reply(200, maxAge(60), header("Vary", "Accept-Language"), body(language));
        }
    }

    @Scenario
    void withoutADiskForUnsafeMethodsTheStatusSaysWhy(ScenarioEdge edge) {
        edge.restart(limits().disk(64L << 20).build());
        assertEquals("", edge.status().disk().reason());
        edge.extend(Extension.UNSAFE_METHOD_INVALIDATION);
        assertEquals(DiskStatus.State.OFF, edge.status().disk().state());
        assertEquals(
                "not with the extension unsafe-method-invalidation",
                edge.status().disk().reason());
    }

    @Scenario
    void cacheStatusSaysWhenOnlyOtherPartsAreStored(ScenarioEdge edge) {
        int block = 1 << 16;
        try (RangingOrigin origin = RangingOrigin.start(9L * block)) {
            edge.restart(limits().blockBytes(block).build());
            edge.extend(Extension.CACHE_STATUS);
            edge.serve(distribution(origin.port()));
            expect(edge.viewer().get("/o", "Range", "bytes=0-9")).status(206).miss();
            expect(edge.viewer().get("/o", "Range", "bytes=" + 3 * block + "-" + 3 * block))
                    .status(206)
                    .miss()
                    .header("Cache-Status", "Perigee-IAD; fwd=partial");
        }
    }

    @Scenario
    void withoutVaryAllShareOneResponse(ScenarioEdge edge, ScriptedOrigin origin) {
        forwardingAll(edge, origin);
        greetByLanguage(origin);
        expect(edge.viewer().get("/a", "Accept-Language", "en")).body("en").miss();
        expect(edge.viewer().get("/a", "Accept-Language", "de")).body("en").hit();
    }

    @Scenario
    void varySelectsAmongStoredResponses(ScenarioEdge edge, ScriptedOrigin origin) {
        forwardingAll(edge, origin, Extension.VARY);
        greetByLanguage(origin);
        ScriptedViewer viewer = edge.viewer();
        for (String language : List.of("en", "de")) {
            expect(viewer.get("/a", "Accept-Language", language)).body(language).miss();
        }
        for (String language : List.of("en", "de")) {
            expect(viewer.get("/a", "Accept-Language", language)).body(language).hit();
        }
        edge.purge("/a");
        expect(viewer.get("/a", "Accept-Language", "en")).body("en").miss();
        expect(viewer.get("/a", "Accept-Language", "de")).body("de").miss();
        origin.expectRequests(4);
    }

    @Scenario
    void waitersWithOtherFieldsDoNotGetTheFirstOnesResponse(ScenarioEdge edge, ScriptedOrigin origin) {
        forwardingAll(edge, origin, Extension.VARY);
        for (String language : List.of("en", "de")) {
            origin.on("GET", "/a")
                    .when(r -> Objects.equals(r.header("Accept-Language"), language))
                    .hold()
                    .reply(200, maxAge(60), header("Vary", "Accept-Language"), body(language));
        }
        Exchange first = edge.viewer().get("/a", "Accept-Language", "en");
        origin.awaitRequests(1);
        Exchange same = edge.viewer().get("/a", "Accept-Language", "en");
        List<Exchange> others = new ArrayList<>();
        for (int i = 0; i < 5; i++) others.add(edge.viewer().get("/a", "Accept-Language", "de"));
        origin.release();
        expect(first, same).body("en");
        expect(others).body("de");
        origin.expectRequests(2);
    }

    @Scenario
    void varyOnAnythingIsNotStored(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.extend(Extension.VARY);
        edge.serve(distribution(origin).byDefault(b -> b.ttl(10, 60, 600)));
        origin.on("GET", "/a").reply(200, maxAge(60), header("Vary", "*"), body("x"));
        expect(edge.viewer().get("/a")).miss();
        expect(edge.viewer().get("/a")).miss();
    }

    @Scenario
    void cacheStatusTellsHitFromMissAndStale(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        forwardingAll(edge, origin, Extension.CACHE_STATUS);
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
        origin.on("GET", "/private").reply(200, cacheControl("private"), body("me"));
        origin.on("POST", "/a").reply(201, body("made"));
        ScriptedViewer viewer = edge.viewer();
        expect(viewer.get("/a")).header("Cache-Status", "Perigee-IAD; fwd=miss; fwd-status=200; ttl=60; stored");
        clock.advanceSeconds(20);
        expect(viewer.get("/a")).header("Cache-Status", "Perigee-IAD; hit; ttl=40");
        expect(viewer.get("/private")).header("Cache-Status", "Perigee-IAD; fwd=miss; fwd-status=200");
        expect(viewer.request("POST", "/a").body("x").send())
                .header("Cache-Status", "Perigee-IAD; fwd=method; fwd-status=201");
        clock.advanceSeconds(60);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, maxAge(30), etag("v1"));
        expect(viewer.get("/a")).header("Cache-Status", "Perigee-IAD; fwd=stale; fwd-status=304; ttl=30; stored");
    }

    @Scenario
    void cdnCacheControlGovernsTheEdgeAndCacheControlTheBrowser(
            ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        forwardingAll(edge, origin, Extension.CDN_CACHE_CONTROL);
        origin.on("GET", "/a")
                .reply(200, cacheControl("no-store"), header("CDN-Cache-Control", "max-age=60"), body("x"));
        expect(edge.viewer().get("/a")).miss();
        clock.advanceSeconds(59);
        expect(edge.viewer().get("/a"))
                .hit()
                .header("Cache-Control", "no-store")
                .age(59);
        clock.advanceSeconds(1);
        expect(edge.viewer().get("/a")).miss();
    }

    @Scenario
    void anUnsafeMethodInvalidatesItsTargetAndWhatTheAnswerNames(ScenarioEdge edge, ScriptedOrigin origin) {
        forwardingAll(edge, origin, Extension.UNSAFE_METHOD_INVALIDATION);
        for (String target : List.of("/a?x=1", "/a?x=2", "/b", "/c", "/ab")) {
            origin.on("GET", target).reply(200, maxAge(60), body("x"));
        }
        origin.on("POST", "/a?x=1")
                .reply(201, header("Location", "/b"), header("Content-Location", "http://other.example/c"));
        origin.on("DELETE", "/*").reply(204);
        origin.on("PUT", "/a?x=2").reply(500);
        ScriptedViewer viewer = edge.viewer();
        for (String target : List.of("/a?x=1", "/a?x=2", "/b", "/c", "/ab"))
            expect(viewer.get(target)).miss();
        expect(viewer.request("POST", "/a?x=1").body("new").send()).status(201);
        expect(viewer.request("PUT", "/a?x=2").body("new").send()).status(500);
        expect(viewer.request("DELETE", "/*").send()).status(204);
        expect(viewer.get("/a?x=1")).miss();
        expect(viewer.get("/b")).miss();
        for (String target : List.of("/a?x=2", "/c", "/ab"))
            expect(viewer.get(target)).hit();
    }

    @Scenario
    void aFetchThatBeganBeforeTheUnsafeRequestIsNotKept(ScenarioEdge edge, ScriptedOrigin origin) {
        forwardingAll(edge, origin, Extension.UNSAFE_METHOD_INVALIDATION);
        origin.on("GET", "/a").times(1).hold().reply(200, maxAge(60), body("old"));
        origin.on("POST", "/a").reply(200, body("done"));
        Exchange before = edge.viewer().get("/a");
        origin.awaitRequests(1);
        expect(edge.viewer().request("POST", "/a").body("x").send()).status(200);
        origin.release();
        expect(before).body("old");
        origin.on("GET", "/a").reply(200, maxAge(60), body("new"));
        expect(edge.viewer().get("/a")).body("new").miss();
    }

    @Scenario
    void withoutTheExtensionAnUnsafeMethodLeavesTheCacheAlone(ScenarioEdge edge, ScriptedOrigin origin) {
        forwardingAll(edge, origin);
        origin.on("GET", "/a").reply(200, maxAge(60), body("x"));
        origin.on("POST", "/a").reply(200, body("done"));
        expect(edge.viewer().get("/a")).miss();
        expect(edge.viewer().request("POST", "/a").body("x").send()).status(200);
        expect(edge.viewer().get("/a")).hit();
    }

    @Scenario
    void errorsAreKeptByTheOriginsWordOnly(ScenarioEdge edge, ScriptedOrigin origin) {
        forwardingAll(edge, origin, Extension.RFC_ERROR_CACHING);
        origin.on("GET", "/silent").reply(503, body("x"));
        origin.on("GET", "/gone").reply(410, maxAge(60), body("x"));
        origin.on("GET", "/dead").hangUp();
        for (int i = 0; i < 2; i++) {
            expect(edge.viewer().get("/silent")).status(503);
            expect(edge.viewer().get("/gone")).status(410);
        }
        origin.expectRequests(3);
    }

    @Scenario
    void noCacheIsKeptToBeAskedAbout(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, cacheControl("no-cache"), etag("v1"), body("hello"));
        expect(edge.viewer().get("/a")).miss();
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, cacheControl("no-cache"), etag("v1"));
        expect(edge.viewer().get("/a")).body("hello").refreshHit();
        expect(edge.viewer().get("/a")).body("hello").refreshHit();
        origin.expectRequests(3);
    }

    @Scenario
    void waitersForWhatIsStaleAtOnceGoSideBySide(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").hold().reply(200, maxAge(0), etag("v1"), body("hello"));
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < 4; i++) exchanges.add(edge.viewer().get("/a"));
        origin.awaitRequests(1).release();
        expect(exchanges).status(200).body("hello");
        origin.expectRequests(4);
    }

    @Scenario
    void ageFromBeyondTheOriginPassesThrough(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("Age", "20"), body("x"));
        expect(edge.viewer().get("/a")).miss().age(20);
        clock.advanceSeconds(5);
        expect(edge.viewer().get("/a")).hit().age(25);
    }
}
