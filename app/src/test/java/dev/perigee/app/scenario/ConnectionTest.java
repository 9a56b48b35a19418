package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.chunked;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.ArrayList;
import java.util.List;

class ConnectionTest {
    @Scenario
    void oneConnectionCarriesManyRequests(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/*").reply(200, maxAge(60), body("hello"));
        for (int i = 0; i < 20; i++) expect(viewer.get("/" + i % 3)).status(200).body("hello");
        assertEquals(1, viewer.connections());
        origin.expectRequests(3);
    }

    @Scenario
    void connectionCloseIsHonoured(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a", "Connection", "close")).body("hello").header("Connection", "close");
        assertTrue(viewer.closedByEdge());
        expect(viewer.get("/a", "Connection", "close")).body("hello").hit();
        assertTrue(viewer.closedByEdge());
    }

    @Scenario
    void http10ClosesUnlessAskedToStay(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        String request = "GET /a HTTP/1.0\r\nHost: " + HOST + "\r\n";
        expect(viewer.send(request + "\r\n")).body("hello").header("Connection", "close");
        assertTrue(viewer.closedByEdge());
        expect(viewer.send(request + "Connection: keep-alive\r\n\r\n"))
                .body("hello")
                .header("Connection", "keep-alive");
        expect(viewer.send(request + "Connection: keep-alive\r\n\r\n"))
                .body("hello")
                .hit();
        assertEquals(2, viewer.connections());
    }

    @Scenario
    void http10GetsNoChunks(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), chunked("a text of several chunks"));
        String request = "GET /a HTTP/1.0\r\nHost: " + HOST + "\r\n\r\n";
        for (int i = 0; i < 2; i++) {
            expect(viewer.send(request))
                    .body("a text of several chunks")
                    .noHeader("Transfer-Encoding")
                    .header("Connection", "close");
        }
        expect(viewer.get("/a")).body("a text of several chunks").hit();
        origin.expectRequests(1);
    }

    @Scenario
    void http10GetsNoInterimAnswers(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on("PUT", "/a").reply(200, body("stored"));
        Exchange exchange = viewer.send(
                "PUT /a HTTP/1.0\r\nHost: " + HOST + "\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
        expect(exchange).status(200).body("stored");
        assertEquals(List.of(), exchange.response().interim());
    }

    @Scenario
    void http10WithoutAHostReachesNoDistribution(ScriptedOrigin origin, ScriptedViewer viewer) {
        int status = viewer.send("GET /a HTTP/1.0\r\n\r\n").response().status();
        assertTrue(status == 400 || status == 403, () -> "status " + status);
        origin.expectRequests(0);
    }

    @Scenario
    void pipelinedRequestsAreAnsweredInOrder(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/slow").hold().reply(200, maxAge(60), body("slow"));
        origin.on("GET", "/fast").reply(200, maxAge(60), body("fast"));
        expect(edge.viewer().get("/fast")).body("fast");
        Exchange slow = viewer.get("/slow");
        Exchange fast = viewer.get("/fast");
        Exchange head = viewer.head("/fast");
        Exchange missing = viewer.request("POST", "/fast").send();
        origin.awaitRequests(2);
        assertFalse(fast.done());
        origin.release();
        expect(slow).body("slow").miss();
        expect(fast).body("fast").hit();
        expect(head).body("").hit();
        expect(missing).status(403);
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void aBurstOfPipelinedHitsIsAnsweredWhole(ScriptedOrigin origin, ScriptedViewer viewer) {
        Content object = Content.generated(30_000, 1);
        origin.on("GET", "/a").reply(200, maxAge(60), body(object));
        expect(viewer.get("/a")).body(object);
        List<Exchange> burst = new ArrayList<>();
        for (int i = 0; i < 50; i++) burst.add(viewer.get("/a"));
        expect(burst).status(200).body(object).hit();
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void aRequestMayArriveByteByByte(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        String request = "GET /a HTTP/1.1\r\nHost: " + HOST + "\r\nX: y\r\n\r\n";
        for (int i = 0; i < request.length() - 1; i++) viewer.sendOnly(request.substring(i, i + 1));
        expect(viewer.send(request.substring(request.length() - 1))).body("hello");
    }

    @Scenario
    void aViewerThatEndsItsSideStillGetsItsAnswer(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("hello"));
        Exchange exchange = viewer.get("/a", "Connection", "close");
        origin.awaitRequests(1);
        viewer.halfClose();
        origin.release();
        // Whether the answer still comes is the edge's choice; half an answer is not.
        try {
            expect(exchange).status(200).body("hello");
        } catch (AssertionError closed) {
            assertEquals(0, exchange.received());
        }
        assertTrue(viewer.closedByEdge());
    }

    @Scenario
    void viewersThatLeaveLeaveNothingBehind(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body(Content.generated(1_000_000, 2)));
        for (int i = 0; i < 20; i++) {
            ScriptedViewer viewer = edge.viewer();
            viewer.get("/a");
            origin.awaitRequests(1);
            viewer.hangUp();
        }
        origin.release();
        expect(edge.viewer().get("/a")).status(200);
    }

    @Scenario
    void tlsServesKeptConnections(ScenarioEdge edge, ScriptedOrigin origin) {
        Content object = Content.generated(300_000, 3);
        origin.on("GET", "/*").reply(200, maxAge(60), body(object));
        ScriptedViewer viewer = edge.tlsViewer();
        for (int i = 0; i < 10; i++) expect(viewer.get("/" + i % 2)).body(object);
        assertEquals(1, viewer.connections());
    }
}
