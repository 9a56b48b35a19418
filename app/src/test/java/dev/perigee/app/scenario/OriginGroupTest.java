package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.OriginBuilder.origin;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Selection;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.testkit.BehaviorBuilder;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Developer guide, "Optimize high availability with CloudFront origin failover". */
class OriginGroupTest {
    private static final Integer[] SERVER_ERRORS = {500, 502, 503, 504};

    private static DistributionBuilder group(
            ScriptedOrigin first, ScriptedOrigin second, Consumer<BehaviorBuilder> changes, Integer... statuses) {
        return distribution(first).byDefault(b -> {
            b.failover(origin(second.port()).path("/standby").readTimeout(1), statuses);
            b.origin(o -> o.readTimeout(1));
            changes.accept(b);
        });
    }

    @ParameterizedTest(name = "{0} with criteria 403, 404, 503: second {1}")
    @CsvSource({"403, true", "404, true", "503, true", "500, false", "502, false", "301, false", "200, false"})
    @ExtendWith(ScenarioExtension.class)
    void failsOverByStatus(
            int status,
            boolean second,
            ScenarioEdge edge,
            ScriptedOrigin first,
            ScriptedViewer viewer,
            ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, 403, 404, 503));
            first.on("GET", "/a").reply(status, maxAge(60), body("first"));
            standby.on("GET", "/standby/a").reply(200, maxAge(60), body("second"));
            expect(viewer.get("/a")).status(second ? 200 : status).body(second ? "second" : "first");
            expect(viewer.get("/a")).status(second ? 200 : status).body(second ? "second" : "first");
            first.expectRequests(1);
            standby.expectRequests(second ? 1 : 0);
        }
    }

    @Scenario
    void failsOverWhenTheFirstRefusesHangsUpOrTalksNonsense(
            ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, SERVER_ERRORS));
            standby.on("GET", "/standby/*").reply(200, maxAge(60), body("second"));
            first.on("GET", "/hangup").hangUp();
            first.on("GET", "/nonsense").raw("garbage\r\n\r\n");
            first.on("GET", "/slow").hold().reply(200, maxAge(60), body("late"));
            for (String path : List.of("/hangup", "/nonsense", "/slow")) {
                expect(viewer.get(path)).status(200).body("second").miss();
            }
            first.stopListening();
            first.dropConnections();
            expect(viewer.get("/refused")).status(200).body("second").miss();
            standby.expectRequests(4);
        }
    }

    @Scenario
    void everyRequestBeginsWithTheFirst(
            ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, b -> b.cachingDisabled(), SERVER_ERRORS));
            first.on("GET", "/a").reply(200, body("first"));
            first.on("GET", "/a").times(2).reply(503, body("busy"));
            standby.on("GET", "/standby/a").reply(200, body("second"));
            expect(viewer.get("/a")).body("second");
            expect(viewer.get("/a")).body("second");
            expect(viewer.get("/a")).body("first");
            first.expectRequests(3);
            standby.expectRequests(2);
        }
    }

    @Scenario
    void theSecondAnswerIsFinal(ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, 404, 500, 502, 503, 504));
            first.on("GET", "/*").reply(503, body("busy"));
            standby.on("GET", "/standby/404").reply(404, body("not there either"));
            standby.on("GET", "/standby/500").reply(500, body("broken"));
            standby.on("GET", "/standby/down").hangUp();
            expect(viewer.get("/404")).status(404).body("not there either").error();
            expect(viewer.get("/500")).status(500).body("broken").error();
            expect(viewer.get("/down")).status(502).error();
            // And is cached as errors are.
            expect(viewer.get("/404")).status(404).body("not there either");
            first.expectRequests(3);
            assertEquals(1, standby.requests("/standby/404").size());
        }
    }

    @ParameterizedTest(name = "{0}: fails over {1}")
    @CsvSource({"GET, true", "HEAD, true", "OPTIONS, true", "PUT, false", "POST, false", "PATCH, false", "DELETE, false"
    })
    @ExtendWith(ScenarioExtension.class)
    void onlyForReading(
            String method,
            boolean failsOver,
            ScenarioEdge edge,
            ScriptedOrigin first,
            ScriptedViewer viewer,
            ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, b -> b.allMethods().cachingDisabled(), SERVER_ERRORS));
            first.on(method, "/a").reply(503, body("busy"));
            standby.on(method, "/standby/a").reply(200, body("second"));
            expect(viewer.request(method, "/a").send()).status(failsOver ? 200 : 503);
            standby.expectRequests(failsOver ? 1 : 0);
        }
    }

    @Scenario
    void eachOriginGetsItsOwnHostAndHeaders(
            ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.routes().put(new OriginRoutes.Route("second.example.org", standby.address(), false));
            edge.serve(distribution(first)
                    .byDefault(b -> b.keyQueries(Selection.ALL)
                            .origin(o -> o.header("X-Secret", "one").header("X-First", "1"))
                            .failover(
                                    origin(80).domainName("second.example.org").header("X-Secret", "two"),
                                    SERVER_ERRORS)));
            first.on("GET", "/a").reply(500, body("broken"));
            standby.on("GET", "/a").reply(200, maxAge(60), body("second"));
            expect(viewer.get("/a?x=1")).status(200).body("second");
            assertEquals("localhost", first.lastRequest().header("Host"));
            assertEquals("one", first.lastRequest().header("X-Secret"));
            assertEquals("second.example.org", standby.lastRequest().header("Host"));
            assertEquals("two", standby.lastRequest().header("X-Secret"));
            assertEquals("/a?x=1", standby.lastRequest().target());
            assertNull(standby.lastRequest().header("X-First"));
        }
    }

    @Scenario
    void bothAreAskedWhetherTheStoredResponseStillStands(
            ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, SERVER_ERRORS));
            first.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("hello"));
            expect(viewer.get("/a")).status(200).body("hello");
            clock.advanceSeconds(61);
            first.on("GET", "/a").reply(503, body("busy"));
            standby.on("GET", "/standby/a").ifNoneMatch("v1").reply(304, maxAge(60), etag("v1"));
            expect(viewer.get("/a")).status(200).body("hello").refreshHit();
            expect(viewer.get("/a")).status(200).body("hello").hit();
            assertEquals("\"v1\"", first.lastRequest().header("If-None-Match"));
            standby.expectRequests(1);
        }
    }

    @Scenario
    void aStaleResponseStandsInWhenBothFail(
            ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, SERVER_ERRORS).errorPage(503, 10, "/sorry", 0));
            first.on("GET", "/a").reply(200, cacheControl("max-age=60, stale-if-error=600"), body("hello"));
            expect(viewer.get("/a")).status(200).body("hello");
            clock.advanceSeconds(61);
            first.on("GET", "/a").reply(503, body("busy"));
            standby.on("GET", "/standby/a").reply(503, body("busy too"));
            expect(viewer.get("/a")).status(200).body("hello").refreshHit();
            standby.expectRequests(1);
        }
    }

    @Scenario
    void theErrorPageComesAfterBothHaveFailed(
            ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, SERVER_ERRORS)
                    .errorPage(503, 10, "/sorry", 0)
                    .errorPage(504, 10, "/sorry", 200));
            first.on("GET", "/sorry").reply(500, body("no page here"));
            standby.on("GET", "/standby/sorry").reply(200, maxAge(60), body("sorry"));
            first.on("GET", "/a").reply(503, body("busy"));
            standby.on("GET", "/standby/a").reply(503, body("busy too"));
            first.on("GET", "/b").reply(503, body("busy"));
            standby.on("GET", "/standby/b").hold().reply(200, body("late"));
            expect(viewer.get("/a")).status(503).body("sorry").error();
            expect(viewer.get("/b")).status(200).body("sorry").error();
        }
    }

    @Scenario
    void viewersOfOneKeyWaitForBothOrigins(ScenarioEdge edge, ScriptedOrigin first, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, SERVER_ERRORS));
            first.on("GET", "/a").hold().reply(200, maxAge(60), body("late"));
            standby.on("GET", "/standby/a").reply(200, maxAge(60), body("second"));
            List<Exchange> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) all.add(edge.viewer().get("/a"));
            expect(all).status(200).body("second");
            first.expectRequests(1);
            standby.expectRequests(1);
        }
    }

    @Scenario
    void theFirstAnswersContentIsNotWaitedFor(
            ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, SERVER_ERRORS));
            first.on("GET", "/large").reply(500, body(Content.generated(20_000_000, 1)));
            first.on("GET", "/small").reply(500, body("broken"));
            standby.on("GET", "/standby/*").reply(200, maxAge(60), body("second"));
            expect(viewer.get("/large")).status(200).body("second");
            int connections = first.connections();
            expect(viewer.get("/small")).status(200).body("second");
            expect(viewer.get("/small?x")).status(200).body("second");
            assertTrue(first.connections() <= connections + 1, "a small answer costs no connection");
            assertTrue(
                    edge.status().originBytes() < 10_000_000,
                    () -> edge.status().toString());
        }
    }

    @Scenario
    void aRangeFailsOverToo(ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, SERVER_ERRORS));
            first.on("GET", "/a").reply(502, body("bad"));
            standby.on("GET", "/standby/a").reply(206, header("Content-Range", "bytes 0-1/10"), body("he"));
            expect(viewer.get("/a", "Range", "bytes=0-1")).status(206).body("he");
            assertEquals("bytes=0-1", standby.lastRequest().header("Range"));
        }
    }

    /** CloudFront fails over by status, connection and timeout of the answer: once it has begun it is the answer. */
    @Scenario
    void anAnswerThatBreaksOffIsNotGivenToTheSecond(
            ScenarioEdge edge, ScriptedOrigin first, ScriptedViewer viewer, ManualClock clock) {
        try (ScriptedOrigin standby = ScriptedOrigin.start(clock)) {
            edge.serve(group(first, standby, _ -> {}, SERVER_ERRORS));
            first.on("GET", "/a").raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
            expect(viewer.get("/a")).status(200).cutShort("");
            standby.expectRequests(0);
        }
    }
}
