package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.pausedAfter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Selection;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.ReplyPart;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Developer guide, "Generating custom error responses". */
class CustomErrorPageTest {
    private static final String PAGE = "/errors/page.html";

    private static int asked(ScriptedOrigin origin, String path) {
        return origin.requests(path).size();
    }

    /** They were about the object: a 304 would have the viewer keep what is gone, a part would be of another thing. */
    @Scenario
    void conditionsAndRangesOfTheObjectAreNotAboutThePage(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        edge.serve(distribution(origin).errorPage(404, 60, PAGE, 200));
        origin.on("GET", "/gone").reply(404, body("gone"));
        String old = clock.httpDateIn(-86_400);
        origin.on("GET", PAGE).reply(200, maxAge(600), etag("page"), header("Last-Modified", old), body("sorry"));
        String now = clock.httpDateIn(0);
        for (int i = 0; i < 2; i++) {
            expect(viewer.get("/gone", "If-Modified-Since", now))
                    .status(200)
                    .body("sorry")
                    .error();
            expect(viewer.get("/gone", "If-None-Match", "\"v1\"", "Range", "bytes=1-2"))
                    .status(200)
                    .body("sorry");
            expect(viewer.get("/gone", "If-Match", "\"v1\"")).status(200).body("sorry");
            expect(viewer.get("/gone", "Range", "bytes=1-2")).status(200).body("sorry");
            expect(viewer.get("/gone", "Range", "bytes=9-")).status(200).body("sorry");
        }
        // Asked for by its own name, it is an object like others.
        expect(viewer.get(PAGE, "If-None-Match", "\"page\"")).status(304);
        expect(viewer.get(PAGE, "Range", "bytes=1-2")).status(206).body("or");
        expect(viewer.get("/gone", "If-Modified-Since", old)).status(304).error();
    }

    @ParameterizedTest(name = "origin''s {0} is shown as {2}")
    @CsvSource({
        "400, 0, 400", "403, 200, 200", "404, 0, 404", "404, 200, 200", "405, 405, 405", "414, 0, 414",
        "416, 0, 416", "500, 503, 503", "501, 0, 501", "502, 200, 200", "503, 0, 503", "504, 404, 404"
    })
    @ExtendWith(ScenarioExtension.class)
    void aPageStandsInForAnError(
            int status, int replaced, int shown, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(status, 60, PAGE, replaced));
        origin.on("GET", "/a").reply(status, maxAge(5), body("the origin's words"));
        origin.on("GET", PAGE).reply(200, maxAge(600), header("Content-Type", "text/html"), body("sorry"));
        for (int i = 0; i < 3; i++) {
            expect(viewer.get("/a"))
                    .status(shown)
                    .body("sorry")
                    .header("Content-Type", "text/html")
                    .error();
        }
        assertEquals(1, asked(origin, PAGE));
        for (String line : edge.logLines(3)) {
            assertEquals(Integer.toString(shown), line.split("\t", -1)[8]);
            assertEquals("Error", line.split("\t", -1)[13]);
        }
    }

    @ParameterizedTest(name = "page with {0}, ErrorCachingMinTTL {1}, max-age of the error {2}: kept {3} s")
    @CsvSource({
        "no-store,               60,  0,  60",
        "private,                60,  0,  60",
        "max-age=5,              60,  0,  60",
        "no-cache,               10, 90,  90",
        "max-age=600,            60,  0,  60"
    })
    @ExtendWith(ScenarioExtension.class)
    void theErrorAndItsPageAreKeptForTheErrorsTime(
            String page,
            long rule,
            long maxAge,
            long kept,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer,
            ManualClock clock) {
        edge.serve(distribution(origin).errorPage(404, rule, PAGE, 0));
        ReplyPart granted = maxAge == 0 ? header("X-None", "1") : maxAge(maxAge);
        origin.on("GET", "/a").reply(404, granted, body("missing"));
        origin.on("GET", PAGE).reply(200, cacheControl(page), body("sorry"));
        expect(viewer.get("/a")).status(404).body("sorry").error();
        clock.advanceSeconds(kept - 1);
        expect(viewer.get("/a")).status(404).body("sorry").error();
        origin.expectRequests(2);
        clock.advanceSeconds(1);
        expect(viewer.get("/a")).status(404).body("sorry").error();
        assertEquals(2, asked(origin, "/a"));
        assertEquals(page.equals("max-age=600") ? 1 : 2, asked(origin, PAGE));
    }

    @Scenario
    void whatThePageSaysAgainstCachingHoldsForThoseWhoAskForItDirectly(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(404, 60, PAGE, 0));
        origin.on("GET", "/a").reply(404, body("missing"));
        origin.on("GET", PAGE).reply(200, cacheControl("no-store"), body("sorry"));
        expect(viewer.get("/a")).status(404).body("sorry");
        expect(viewer.get(PAGE)).status(200).body("sorry").miss();
        expect(viewer.get(PAGE)).status(200).body("sorry").miss();
        assertEquals(3, asked(origin, PAGE));
    }

    @Scenario
    void manyFailingPathsShareOnePage(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(404, 60, PAGE, 0));
        origin.on("GET", "/missing/*").reply(404, body("missing"));
        origin.on("GET", PAGE).reply(200, cacheControl("no-cache"), body("sorry"));
        for (int i = 0; i < 20; i++)
            expect(viewer.get("/missing/" + i)).status(404).body("sorry");
        assertEquals(1, asked(origin, PAGE));
    }

    @Scenario
    void aPageThatIsStoredAlreadyIsNotAskedForAgain(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(404, 60, PAGE, 0));
        origin.on("GET", "/a").reply(404, body("missing"));
        origin.on("GET", PAGE).reply(200, maxAge(600), body("sorry"));
        expect(viewer.get(PAGE)).status(200).body("sorry");
        expect(viewer.get("/a")).status(404).body("sorry").hasHeader("Age");
        assertEquals(1, asked(origin, PAGE));
    }

    @Scenario
    void thePageComesFromTheOriginOfTheFirstBehaviorThatMatchesIt(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin pages = ScriptedOrigin.start(clock)) {
            pages.on("GET", "/site/errors/*").reply(200, maxAge(600), body("from the other origin"));
            edge.serve(distribution(origin)
                    .errorPage(503, 10, PAGE, 0)
                    .behavior(
                            "/errors/*", b -> b.origin(o -> o.port(pages.port()).path("/site")))
                    .behavior("/errors/page*", b -> b.origin(o -> o.port(1))));
            origin.on("GET", "/a").reply(503, body("overloaded"));
            expect(viewer.get("/a")).status(503).body("from the other origin").error();
            assertEquals(0, asked(origin, PAGE));
            assertEquals(1, pages.requests("/site" + PAGE).size());
        }
    }

    @Scenario
    void thePageIsAskedForByGetWithoutConditionsRangesAndContent(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin)
                .errorPage(500, 10, PAGE, 0)
                .byDefault(b -> b.allMethods().forwardAll().keyQueries(Selection.ALL)));
        origin.on("POST", "/a").reply(500, body("broken"));
        origin.on("GET", PAGE).reply(200, maxAge(600), body("sorry"));
        expect(viewer.request("POST", "/a?x=1")
                        .fields(
                                "Content-Type",
                                "text/plain",
                                "X-Mine",
                                "kept",
                                "If-Match",
                                "\"a\"",
                                "Range",
                                "bytes=0-1")
                        .body("content")
                        .send())
                .status(500)
                .body("sorry")
                .error();
        RecordedRequest page = origin.requests(PAGE).getFirst();
        assertEquals(PAGE, page.target());
        assertEquals("kept", page.header("X-Mine"));
        for (String name : List.of("Content-Type", "Content-Length", "If-Match", "Range")) {
            assertNull(page.header(name), page.rawHead());
        }
    }

    @Scenario
    void headGetsTheHeadOfThePage(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(404, 10, PAGE, 200));
        origin.on("GET", "/a").reply(404, body("missing"));
        origin.on("GET", PAGE).reply(200, maxAge(600), body("sorry"));
        expect(viewer.head("/a"))
                .status(200)
                .body("")
                .header("Content-Length", "5")
                .error();
        expect(viewer.head("/a"))
                .status(200)
                .body("")
                .header("Content-Length", "5")
                .error();
        expect(viewer.get("/a")).status(200).body("sorry").error();
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void aPageShownAs200IsAsGoodAsAnObject(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(404, 10, PAGE, 200).errorPage(403, 10, PAGE, 0));
        origin.on("GET", "/a").reply(404, body("missing"));
        origin.on("GET", "/b").reply(403, maxAge(60), body("forbidden"));
        origin.on("GET", PAGE).reply(200, maxAge(600), etag("v1"), body("0123456789"));
        expect(viewer.get("/a")).status(200).body("0123456789");
        expect(viewer.get("/a", "Range", "bytes=2-4")).status(200).body("0123456789");
        expect(viewer.get("/a", "Range", "bytes=2-4", "If-Range", "\"v1\""))
                .status(206)
                .body("234")
                .header("Content-Range", "bytes 2-4/10")
                .error();
        expect(viewer.get("/a", "If-None-Match", "\"v1\"")).status(304).error();
        // Conditions and ranges are for successes (RFC 9110 section 13.2.1).
        expect(viewer.get("/b", "Range", "bytes=2-4"))
                .status(403)
                .body("0123456789")
                .error();
        expect(viewer.get("/b", "If-None-Match", "\"v1\""))
                .status(403)
                .body("0123456789")
                .error();
    }

    @Scenario
    void anUnsatisfiableRangeHasAPageToo(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(416, 10, PAGE, 0));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        origin.on("GET", PAGE).reply(200, maxAge(600), body("sorry"));
        expect(viewer.get("/a")).status(200);
        expect(viewer.get("/a", "Range", "bytes=100-"))
                .status(416)
                .body("sorry")
                .error();
    }

    @ParameterizedTest(name = "a page that is itself {0}")
    @CsvSource({"404", "500", "301"})
    @ExtendWith(ScenarioExtension.class)
    void aPageThatFailsShowsItsOwnStatus(int status, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(503, 10, PAGE, 200).errorPage(404, 10, PAGE, 200));
        origin.on("GET", "/a").reply(503, body("overloaded"));
        origin.on("GET", PAGE).reply(status, body("no page"));
        for (int i = 0; i < 3; i++)
            expect(viewer.get("/a")).status(status).body("no page").error();
        origin.expectRequests(2);
    }

    @Scenario
    void aPageWhoseOriginIsDownShowsThat(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin)
                .errorPage(404, 10, PAGE, 200)
                .errorPage(502, 10, PAGE, 200)
                .behavior("/errors/*", b -> b.origin(o -> o.port(1))));
        origin.on("GET", "/a").reply(404, body("missing"));
        expect(viewer.get("/a")).status(502).bodyContains("502 ERROR").error();
        expect(viewer.get("/a")).status(502).bodyContains("502 ERROR").error();
        origin.expectRequests(1);
    }

    @Scenario
    void anExpiredPageIsBetterThanNone(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        edge.serve(distribution(origin).errorPage(502, 10, PAGE, 0));
        origin.on("GET", "/a").hangUp();
        origin.on("GET", PAGE).reply(200, maxAge(60), body("sorry"));
        expect(viewer.get("/a")).status(502).body("sorry");
        clock.advanceSeconds(3600);
        origin.stopListening();
        origin.dropConnections();
        expect(viewer.get("/a")).status(502).body("sorry").error();
        expect(viewer.get("/b")).status(502).body("sorry").error();
    }

    @Scenario
    void edgesOwnErrorsHavePages(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin)
                .errorPage(403, 10, PAGE, 0)
                .errorPage(504, 10, PAGE, 0)
                .behavior("/https/*", b -> b.httpsOnly())
                .behavior("/slow/*", b -> b.origin(o -> o.readTimeout(1))));
        origin.on("GET", PAGE).reply(200, maxAge(600), body("sorry"));
        origin.on("GET", "/slow/*").hold().reply(200, body("late"));
        expect(edge.viewer().request("POST", "/a").body("x").send())
                .status(403)
                .body("sorry")
                .error();
        expect(edge.viewer().request("TRACE", "/a").send())
                .status(403)
                .body("sorry")
                .error();
        expect(edge.clearViewer().get("/https/a")).status(403).body("sorry").error();
        expect(edge.clearViewer().head("/https/a")).status(403).body("").error();
        expect(edge.viewer().request("GET", "/a").body("x").send())
                .status(403)
                .body("sorry")
                .error();
        expect(edge.viewer().get("/slow/a")).status(504).body("sorry").error();
        expect(edge.viewer().get("/slow/a")).status(504).body("sorry").error();
        // Nothing was routed: there is no distribution whose page it could be.
        expect(edge.viewer("unknown.example.org").get("/a")).status(403).bodyContains("403 ERROR");
        assertEquals(1, asked(origin, PAGE));
        assertEquals(1, asked(origin, "/slow/a"));
    }

    @Scenario
    void aStaleObjectIsPreferredToThePage(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        edge.serve(distribution(origin).errorPage(503, 10, PAGE, 0));
        origin.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-if-error=600"), body("an object"));
        expect(viewer.get("/a")).status(200);
        origin.on("GET", "/a").reply(503, body("overloaded"));
        clock.advanceSeconds(61);
        expect(viewer.get("/a")).status(200).body("an object").refreshHit();
        assertEquals(0, asked(origin, PAGE));
    }

    @Scenario
    void viewersOfAFailingKeyCauseOneRequestForThePage(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).errorPage(404, 60, PAGE, 0));
        origin.on("GET", "/a").reply(404, body("missing"));
        origin.on("GET", PAGE).hold().reply(200, cacheControl("no-store"), body("sorry"));
        List<Exchange> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) all.add(edge.viewer().get("/a"));
        origin.awaitRequests(2).release();
        expect(all).status(404).body("sorry").error();
        origin.expectRequests(2);
    }

    @Scenario
    void aPurgeOfThePageTakesItOutOfErrorsToo(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(404, 600, PAGE, 0));
        origin.on("GET", "/a").reply(404, body("missing"));
        origin.on("GET", PAGE).reply(200, maxAge(5), body("old"));
        expect(viewer.get("/a")).status(404).body("old");
        origin.on("GET", PAGE).reply(200, maxAge(5), body("new"));
        edge.purge("/errors/*");
        expect(viewer.get("/a")).status(404).body("new");
        assertEquals(1, asked(origin, "/a"));
    }

    @Scenario
    void aLargePageStreams(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).errorPage(404, 60, PAGE, 200));
        Content large = Content.generated(3_000_000, 7);
        origin.on("GET", "/a").reply(404, body("missing"));
        origin.on("GET", PAGE).reply(200, maxAge(60), body(large), pausedAfter(1_000_000));
        Exchange first = edge.viewer().get("/a").awaitBytes(900_000);
        origin.resume();
        expect(first).status(200).body(large).error();
        expect(edge.viewer().get("/a")).status(200).body(large).error();
    }

    @Scenario
    void redirectsHaveNoPage(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).errorPage(404, 60, PAGE, 200));
        origin.on("GET", "/a").reply(302, header("Location", "/b"), body("moved"));
        expect(viewer.get("/a")).status(302).miss();
        assertEquals(0, asked(origin, PAGE));
    }

    @Scenario
    void aPageMayBeToldWhatHasFailed(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        var told = new Forwarding(
                Forwarding.Headers.LIST,
                List.of("cloudfront-error-uri", "cloudfront-error-args"),
                Selection.NONE,
                Selection.NONE);
        edge.serve(distribution(origin).byDefault(b -> b.forward(told)).errorPage(404, 60, PAGE, 0));
        origin.on("GET", "/*").reply(404, body("missing"));
        origin.on("GET", PAGE).reply(200, maxAge(60), body("sorry"));
        expect(viewer.get(PAGE, "CloudFront-Error-Uri", "/forged")).status(200);
        assertNull(origin.lastRequest().header("CloudFront-Error-Uri"));
        expect(viewer.get("/a?x=1")).status(404).body("sorry");
        assertEquals("/a", origin.lastRequest().header("CloudFront-Error-Uri"));
        assertEquals("x=1", origin.lastRequest().header("CloudFront-Error-Args"));
        // Kept for this one alone.
        expect(viewer.get("/b")).status(404).body("sorry");
        assertEquals("/b", origin.lastRequest().header("CloudFront-Error-Uri"));
        assertNull(origin.lastRequest().header("CloudFront-Error-Args"));
        expect(viewer.get("/a?x=1")).status(404).body("sorry");
        assertEquals(3, asked(origin, PAGE));
        assertNull(origin.requests("/a").getFirst().header("CloudFront-Error-Uri"));
    }
}
