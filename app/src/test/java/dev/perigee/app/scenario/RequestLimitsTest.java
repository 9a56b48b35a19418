package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class RequestLimitsTest {
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final int SOON_MILLISECONDS = 5_000;

    @Scenario
    void RX_05_aUrlAboveTheLimitIs414(ScriptedOrigin origin, ScriptedViewer viewer) {
        expect(viewer.get("/" + "a".repeat(9_000))).status(414).error();
        assertTrue(viewer.closedByEdge());
        origin.expectRequests(0);
    }

    @Scenario
    void RX_05_aUrlBelowTheLimitIsServed(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "*").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/" + "a".repeat(8_100))).status(200).body("hello");
    }

    @Scenario
    void RX_05_aHeadAboveTheLimitIs494(ScriptedOrigin origin, ScriptedViewer viewer) {
        expect(viewer.get("/a", "X-Long", "x".repeat(33_000))).status(494);
        assertTrue(viewer.closedByEdge());
        origin.expectRequests(0);
    }

    @Scenario
    void RX_05_aHeadBelowTheLimitIsServed(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.forwardAll()));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        String[] fields = new String[200];
        for (int i = 0; i < 100; i++) {
            fields[2 * i] = "X-Field-" + i;
            fields[2 * i + 1] = "v".repeat(250);
        }
        expect(viewer.get("/a", fields)).status(200).body("hello");
        assertEquals("v".repeat(250), origin.lastRequest().header("X-Field-99"));
    }

    @Scenario
    void RX_05_tooManyFieldsAreRefused(ScriptedOrigin origin, ScriptedViewer viewer) {
        Response response = viewer.send("GET /a HTTP/1.1\r\nHost: " + HOST + "\r\n" + "a: b\r\n".repeat(1_000) + "\r\n")
                .response();
        assertTrue(List.of(400, 431, 494).contains(response.status()), response::toString);
        assertTrue(viewer.closedByEdge());
        origin.expectRequests(0);
    }

    @Scenario
    void RX_05_aHeadWithoutEndIsCutEarly(ScriptedViewer viewer, ScriptedOrigin origin) {
        String endless = "GET /a HTTP/1.1\r\nHost: " + HOST + "\r\nX-Endless: " + "x".repeat(4_000_000);
        Response response = viewer.send(endless).response();
        assertTrue(List.of(400, 431, 494).contains(response.status()), response::toString);
        origin.expectRequests(0);
    }

    @Scenario
    void RX_05_anEndlessChunkExtensionIsCutEarly(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on("*", "*").reply(200, body("reached"));
        Response response = viewer.send("POST /a HTTP/1.1\r\nHost: " + HOST
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n3;x=" + "x".repeat(1_000_000))
                .response();
        assertTrue(response.status() >= 400 && response.status() < 500, response::toString);
        for (RecordedRequest request : origin.requests())
            assertFalse(request.body().whole());
    }

    @Scenario
    void RX_05_endlessTrailersAreCutEarly(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on("*", "*").reply(200, body("reached"));
        Response response = viewer.send("POST /a HTTP/1.1\r\nHost: " + HOST
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" + "a: b\r\n".repeat(200_000))
                .response();
        assertTrue(response.status() >= 400 && response.status() < 500, response::toString);
        for (RecordedRequest request : origin.requests())
            assertFalse(request.body().whole());
    }

    @Scenario
    void RX_06_aSlowHeadIsCutAtTheDeadline(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().headTimeout(SHORT).build());
        ScriptedViewer viewer = edge.viewer().sendOnly("GET /a HTTP/1.1\r\nHost: ");
        assertCutSoon(viewer);
        origin.expectRequests(0);
    }

    @Scenario
    void RX_06_aHeadThatTricklesInIsCutAtTheSameDeadline(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.restart(limits().headTimeout(SHORT).build());
        ScriptedViewer viewer = edge.viewer().sendOnly("GET /a HTTP/1.1\r\nX: ");
        Thread trickle = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                viewer.sendOnLatest("x");
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            }
        });
        assertCutSoon(viewer);
        trickle.interrupt();
        trickle.join();
        origin.expectRequests(0);
    }

    /** A 408 may come before the end. */
    private static void assertCutSoon(ScriptedViewer viewer) {
        long begin = System.nanoTime();
        Exchange timeout = viewer.next("GET");
        assertTrue(timeout.awaitDone(SOON_MILLISECONDS), "still open");
        assertTrue(viewer.closedByEdge(SOON_MILLISECONDS), "still open");
        long milliseconds = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(milliseconds < SOON_MILLISECONDS, () -> milliseconds + " ms");
    }

    @Scenario
    void RX_06_anIdleConnectionIsClosed(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().idleTimeout(SHORT).build());
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        ScriptedViewer viewer = edge.viewer();
        expect(viewer.get("/a")).status(200);
        assertTrue(viewer.closedByEdge(SOON_MILLISECONDS), "still open");
    }

    @Scenario
    void RX_06_aConnectionThatSaysNothingIsClosed(ScenarioEdge edge) {
        edge.restart(limits().headTimeout(SHORT).idleTimeout(SHORT).build());
        assertCutSoon(edge.viewer().connect());
    }

    @Scenario
    void RX_06_aBodyThatStallsIsCut(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().stallTimeout(SHORT).build());
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on("*", "*").reply(200, body("reached"));
        ScriptedViewer viewer =
                edge.viewer().sendOnly("PUT /a HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: 100\r\n\r\nabc");
        assertCutSoon(viewer);
        for (RecordedRequest request : origin.requests())
            assertFalse(request.body().whole());
    }

    @Scenario
    void RX_06_aReaderThatStallsIsCut(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().stallTimeout(SHORT).build());
        Content large = Content.generated(20_000_000, 1);
        origin.on("GET", "/a").reply(200, maxAge(60), body(large));
        ScriptedViewer viewer = edge.viewer().receiveBuffer(8_192);
        viewer.pauseReading();
        Exchange stalled = viewer.get("/a");
        origin.awaitRequests(1);
        Patience.eventually(
                "the stalled connection is gone", () -> edge.status().connections() == 0);
        viewer.resumeReading();
        expect(stalled).cutShort();
        expect(edge.viewer().get("/a")).body(large);
    }

    @Scenario
    void RX_06_aTlsHandshakeThatStallsIsCut(ScenarioEdge edge) throws IOException {
        edge.restart(limits().handshakeTimeout(SHORT).build());
        try (Socket socket =
                new Socket(edge.edge().https().getAddress(), edge.edge().https().getPort())) {
            socket.setSoTimeout(SOON_MILLISECONDS);
            socket.getOutputStream().write(new byte[] {0x16, 0x03, 0x01});
            assertTrue(endsOrResets(socket));
        }
    }

    private static boolean endsOrResets(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // An alert may come first.
            }
            return true;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    @Scenario
    void RX_06_twoHundredSlowConnectionsDoNotSlowAGoodOne(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().headTimeout(Duration.ofSeconds(1)).build());
        origin.on("GET", "/*").reply(200, maxAge(60), body("hello"));
        List<ScriptedViewer> slow = new ArrayList<>();
        for (int i = 0; i < 200; i++) slow.add(edge.viewer().sendOnly("GET /a HTTP/1.1\r\nX"));
        ScriptedViewer good = edge.viewer();
        for (int i = 0; i < 10; i++) {
            long begin = System.nanoTime();
            expect(good.get("/" + i)).status(200);
            long milliseconds = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(milliseconds < 1_000, () -> milliseconds + " ms");
        }
        Patience.eventually("the slow ones are gone", () -> edge.status().connections() <= 1);
        assertEquals(200, slow.size());
    }

    @Scenario
    void contentAboveTheLimitIs413(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().contentBytesMax(1_000).build());
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on("PUT", "/*").reply(200, body("stored"));
        Content fits = Content.generated(1_000, 1);
        expect(edge.viewer().request("PUT", "/fits").body(fits).send()).status(200);
        expect(edge.viewer().request("PUT", "/chunked").chunked(fits).send()).status(200);
        origin.expectRequests(2);
        Content more = Content.generated(1_001, 1);
        expect(edge.viewer().request("PUT", "/more").body(more).send())
                .status(413)
                .error();
        origin.expectRequests(2);
        // Of chunked content nobody knows how much it will be: the origin sees it break off.
        expect(edge.viewer().request("PUT", "/more").chunked(more).send())
                .status(413)
                .error();
        assertTrue(origin.requests("/more").stream().noneMatch(r -> r.body().whole()), "never whole at the origin");
    }

    @Scenario
    void connectionsAboveTheLimitAreClosed(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().connectionsMax(2).build());
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        ScriptedViewer first = edge.viewer();
        ScriptedViewer second = edge.viewer();
        expect(first.get("/a"), second.get("/a")).status(200);
        assertTrue(edge.viewer().connect().closedByEdge(SOON_MILLISECONDS));
        expect(first.get("/a"), second.get("/a")).status(200).hit();
        first.hangUp();
        Patience.eventually("a place is free", () -> edge.status().connections() == 1);
        expect(edge.viewer().get("/a")).hit();
    }
}
