package dev.perigee.testkit;

import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.chunked;
import static dev.perigee.testkit.Replies.cutAfter;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.pausedAfter;
import static dev.perigee.testkit.Replies.resetAfter;
import static dev.perigee.testkit.Replies.thenClose;
import static dev.perigee.testkit.Replies.untilClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The viewer talks to the origin without an edge between them. */
@Timeout(30)
class OriginAndViewerTest {
    private final Leftovers before = Leftovers.before();
    private final ScriptedOrigin origin = ScriptedOrigin.start(new ManualClock());
    private final ScriptedViewer viewer = new ScriptedViewer(origin.address(), "example.org", null);

    @BeforeEach
    void script() {
        origin.on("GET", "/a").reply(200, etag("v1"), body("hello"));
    }

    @AfterEach
    void close() {
        viewer.close();
        origin.close();
        before.expectNothingNew();
    }

    @Test
    void answersAndRecords() {
        expect(viewer.get("/a?x=1", "X-One", "1")).status(200).body("hello").header("ETag", "\"v1\"");
        RecordedRequest request = origin.lastRequest();
        assertEquals("/a?x=1", request.target());
        assertEquals("/a", request.path());
        assertEquals("1", request.header("x-one"));
        assertEquals("GET /a?x=1 HTTP/1.1\r\nX-One: 1\r\nHost: example.org\r\n\r\n", request.rawHead());
        assertEquals(0, request.body().size());
    }

    @Test
    void theNewestScriptThatAppliesWins() {
        origin.on("GET", "/a").ifNoneMatch("v1").times(1).reply(304);
        expect(viewer.get("/a")).status(200);
        expect(viewer.get("/a", "If-None-Match", "\"v1\"")).status(304);
        expect(viewer.get("/a", "If-None-Match", "\"v1\"")).status(200);
        assertEquals(1, origin.connections());
    }

    @Test
    void holdsAnswersUntilReleased() {
        origin.on("GET", "/held").hold().reply(200, body("late"));
        Exchange exchange = viewer.get("/held");
        origin.awaitRequests(1);
        assertFalse(exchange.done());
        origin.release();
        expect(exchange).body("late");
    }

    @Test
    void pausesWithinTheContent() {
        origin.on("GET", "/p").reply(200, body("abcdef"), pausedAfter(3));
        Exchange exchange = viewer.get("/p").awaitBytes(3);
        assertEquals("abc", exchange.receivedText());
        origin.resume();
        expect(exchange).body("abcdef");
    }

    @Test
    void framesInThreeWays() {
        origin.on("GET", "/chunked").reply(200, chunked("a text of several chunks"));
        origin.on("GET", "/close").reply(200, untilClose("until the end"));
        expect(viewer.get("/chunked")).body("a text of several chunks").header("Transfer-Encoding", "chunked");
        expect(viewer.get("/close")).body("until the end").noHeader("Content-Length");
        assertTrue(viewer.closedByEdge());
        expect(viewer.head("/a")).status(501);
        assertEquals(2, origin.connections());
    }

    @Test
    void aCutAnswerIsSeenAsCut() {
        origin.on("GET", "/short").reply(200, body("abcdef"), cutAfter(2));
        origin.on("GET", "/chunks").reply(200, chunked("abcdefghij"), cutAfter(8));
        origin.on("GET", "/reset").reply(200, body("abcdef"), resetAfter(0));
        Response cut = viewer.get("/short").response();
        assertFalse(cut.whole());
        assertEquals("ab", cut.text());
        expect(viewer.get("/chunks")).cutShort();
        Exchange reset = viewer.get("/reset");
        assertThrows(AssertionError.class, () -> expect(reset).body("abcdef"));
    }

    @Test
    void aKeptConnectionEndsWhenTheAnswerSaysSo() {
        origin.on("GET", "/last").reply(200, body("x"), thenClose());
        expect(viewer.get("/last")).body("x");
        assertTrue(viewer.closedByEdge());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void largeContentArrivesUnchanged(boolean inChunks) {
        Content large = Content.generated(3_000_001, 7);
        origin.on("PUT", "/up").reply(204);
        ViewerRequest request = viewer.request("PUT", "/up");
        expect((inChunks ? request.chunked(large) : request.body(large)).send()).status(204);
        RecordedRequest.Body body = origin.lastRequest().body();
        assertTrue(body.whole());
        assertEquals(large.size(), body.size());
        assertEquals(large.sha256(), body.sha256());
    }

    @Test
    void waitsForContinue() {
        origin.on("PUT", "/up").reply(201);
        expect(viewer.request("PUT", "/up").expectContinue().body("content").send())
                .status(201);
        assertEquals("content", origin.lastRequest().body().text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
                "HTTP/2 200\r\n\r\n"
            })
    void theViewerForgivesNothing(String answer) {
        origin.on("GET", "/bad").raw(answer);
        Exchange exchange = viewer.get("/bad");
        AssertionError error = assertThrows(AssertionError.class, exchange::response);
        assertTrue(String.valueOf(error.getMessage()).contains("MalformedHttp"), error::getMessage);
    }

    @Test
    void theOriginReportsWhatItDidNotExpect() {
        expect(viewer.get("/other")).status(501);
        viewer.sendOnly("GET /a HTTP/1.1\nHost: x\r\n\r\n");
        assertTrue(viewer.closedByEdge());
        assertEquals(2, origin.surprises().size(), () -> origin.surprises().toString());
    }

    @Test
    void pipelinedAnswersComeInOrder() {
        origin.on("GET", "/b").reply(200, body("b"));
        Exchange first = viewer.get("/a");
        Exchange second = viewer.get("/b");
        expect(first).body("hello");
        expect(second).body("b");
        assertEquals(1, viewer.connections());
    }

    /** Keeps all carriers busy for a moment, so that no virtual thread notices at once that its socket was closed. */
    private static void occupyCarriers() {
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Thread.startVirtualThread(() -> {
                long end = System.nanoTime() + 2_000_000;
                while (System.nanoTime() - end < 0) Thread.onSpinWait();
            });
        }
    }

    @Test
    void anOriginThatStoppedListeningTakesNobody() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (ScriptedOrigin stopped = ScriptedOrigin.start(new ManualClock());
                    Socket late = new Socket()) {
                occupyCarriers();
                stopped.stopListening();
                assertThrows(ConnectException.class, () -> late.connect(stopped.address(), 5_000));
            }
        }
    }

    @Test
    void anOriginThatDroppedItsConnectionsReadsNothingMore() {
        for (int i = 0; i < 20; i++) {
            ScriptedOrigin dropped = ScriptedOrigin.start(new ManualClock());
            try (dropped;
                    ScriptedViewer kept = new ScriptedViewer(dropped.address(), "example.org", null)) {
                dropped.on("GET", "/a").reply(200, body("hello"));
                expect(kept.get("/a")).status(200);
                occupyCarriers();
                dropped.dropConnections();
                kept.sendOnLatest("GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n");
            }
            dropped.expectRequests(1);
        }
    }
}
