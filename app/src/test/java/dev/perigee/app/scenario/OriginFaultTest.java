package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.chunked;
import static dev.perigee.testkit.Replies.cutAfter;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.pausedAfter;
import static dev.perigee.testkit.Replies.resetAfter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.ReplyPart;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginFaultTest {
    private static final Content OBJECT = Content.generated(100_000, 1);

    /** Ways in which an answer can end too early. */
    enum Cut {
        SHORT_OF_ITS_LENGTH,
        ONE_BYTE_SHORT,
        BETWEEN_CHUNKS,
        WITHIN_A_CHUNK,
        BEFORE_THE_LAST_CHUNK,
        RESET,
        RESET_IN_CHUNKS
    }

    private static ReplyPart[] cut(Cut how) {
        ReplyPart chunks = chunked(OBJECT, 1_000);
        return switch (how) {
            case SHORT_OF_ITS_LENGTH ->
                new ReplyPart[] {maxAge(3600), pausedAfter(30_000), body(OBJECT), cutAfter(60_000)};
            case ONE_BYTE_SHORT -> new ReplyPart[] {maxAge(3600), pausedAfter(30_000), body(OBJECT), cutAfter(99_999)};
            case BETWEEN_CHUNKS -> new ReplyPart[] {maxAge(3600), pausedAfter(30_000), chunks, cutAfter(60_000)};
            case WITHIN_A_CHUNK -> new ReplyPart[] {maxAge(3600), pausedAfter(30_000), chunks, cutAfter(60_500)};
            case BEFORE_THE_LAST_CHUNK ->
                new ReplyPart[] {maxAge(3600), pausedAfter(30_000), chunks, cutAfter(100_000)};
            case RESET -> new ReplyPart[] {maxAge(3600), pausedAfter(30_000), body(OBJECT), resetAfter(60_000)};
            case RESET_IN_CHUNKS -> new ReplyPart[] {maxAge(3600), pausedAfter(30_000), chunks, resetAfter(60_000)};
        };
    }

    @ParameterizedTest
    @EnumSource
    @ExtendWith(ScenarioExtension.class)
    void OF_01_aCutAnswerIsSeenAsCutAndNeverStored(Cut how, ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, cut(how));
        Exchange first = edge.viewer().get("/a").awaitBytes(29_000);
        Exchange joined = edge.viewer().get("/a").awaitBytes(29_000);
        origin.resume();
        expect(first, joined).cutShort();
        origin.expectRequests(1);
        origin.on("GET", "/a").reply(200, maxAge(3600), body(OBJECT));
        expect(edge.viewer().get("/a")).status(200).body(OBJECT).miss();
        expect(edge.viewer().get("/a")).status(200).body(OBJECT).hit();
    }

    /** The viewer sees a cut, an end without any answer, or 502; true for the last, which may be kept for a while. */
    private static boolean expectCut(Exchange exchange) {
        Response response;
        try {
            response = exchange.response();
        } catch (AssertionError endedWithoutAnswer) {
            assertEquals(0, exchange.received());
            return false;
        }
        assertTrue(response.status() == 502 || !response.whole(), response::toString);
        return response.status() == 502;
    }

    @Scenario
    void OF_01_aCutAnswerLeavesTheStoredOneForLater(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), body(OBJECT));
        expect(edge.viewer().get("/a")).body(OBJECT);
        clock.advanceSeconds(61);
        origin.on("GET", "/a").times(1).reply(200, maxAge(60), body(Content.generated(100_000, 2)), cutAfter(50_000));
        edge.viewer().get("/a").response();
        expect(edge.viewer().get("/a")).status(200).body(OBJECT);
    }

    @Scenario
    void OF_01_aCutAnswerToAHeldReaderOfAPartIsSeen(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(3600), body(OBJECT), pausedAfter(50_000), cutAfter(60_000));
        Exchange whole = edge.viewer().get("/a").awaitBytes(50_000);
        Exchange part = edge.viewer().get("/a", "Range", "bytes=90000-");
        origin.resume();
        expect(whole).cutShort();
        expectCut(part);
    }

    @Scenario
    void anOriginThatRefusesConnectionsIs502(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.stopListening();
        expect(viewer.get("/a"))
                .status(502)
                .error()
                .header("Server", "CloudFront")
                .header("Content-Type", "text/html")
                .bodyContains("502 ERROR")
                .bodyContains("Generated by cloudfront (CloudFront)");
    }

    @Scenario
    void anOriginThatHangsUpIs502AndLeftAloneForTenSeconds(
            ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").hangUp();
        expect(viewer.get("/a")).status(502).error();
        clock.advanceSeconds(9);
        expect(viewer.get("/a")).status(502).error();
        origin.expectRequests(1);
        clock.advanceSeconds(1);
        origin.on("GET", "/a").reply(200, maxAge(60), body("back"));
        expect(viewer.get("/a")).status(200).body("back");
    }

    @Scenario
    void anOriginThatDoesNotAnswerIs504(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.readTimeout(1))));
        origin.on("GET", "/a").hold().reply(200, maxAge(60), body("late"));
        expect(viewer.get("/a")).status(504).error().bodyContains("504 ERROR");
        expect(viewer.get("/a")).status(504).error();
        origin.expectRequests(1);
    }

    @Scenario
    void anOriginThatStopsInTheMiddleIsCutAtTheReadTimeout(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.readTimeout(1))));
        origin.on("GET", "/a").times(1).reply(200, maxAge(60), body(OBJECT), pausedAfter(50_000));
        expect(edge.viewer().get("/a")).status(200).cutShort();
        origin.on("GET", "/a").reply(200, maxAge(60), body(OBJECT));
        expect(edge.viewer().get("/a")).status(200).body(OBJECT).miss();
    }

    @Scenario
    void anOriginNameThatDoesNotResolveIs502(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.domainName("nowhere.invalid"))));
        expect(viewer.get("/a")).status(502).error().bodyContains("resolve the origin domain name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "ICY 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nX Y: z\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nX-A: b\u0000c\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Le"
            })
    @ExtendWith(ScenarioExtension.class)
    void anAnswerThatIsNotHttpIs502(String answer, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").raw(answer);
        expect(viewer.get("/a")).status(502).error();
    }

    @Scenario
    void badChunksOfTheOriginAreSeenAsCut(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a")
                .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\nworld\r\n0\r\n\r\n");
        expect(edge.viewer().get("/a")).status(200).cutShort("hello");
        assertEquals(0, edge.status().storedObjects());
    }

    @Scenario
    void bytesAfterAnAnswerAreNotTheNextAnswer(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a")
                .rawAndStay("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\n\r\nhello"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nCache-Control: max-age=60\r\n\r\npoison");
        origin.on("GET", "/b").reply(200, maxAge(60), body("b"));
        expect(viewer.get("/a")).status(200).body("hello");
        expect(viewer.get("/b")).status(200).body("b");
        expect(viewer.get("/a")).body("hello");
    }

    @Scenario
    void anInterimAnswerOfTheOriginIsSkipped(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a")
                .rawAndStay("HTTP/1.1 103 Early Hints\r\nLink: </x.css>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\n\r\nhello");
        expect(viewer.get("/a")).status(200).body("hello");
        expect(viewer.get("/a")).status(200).body("hello").hit();
    }

    @Scenario
    void anEndlessOriginHeadIs502(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a")
                .raw("HTTP/1.1 200 OK\r\nX-Long: " + "x".repeat(200_000) + "\r\nContent-Length: 5\r\n\r\nhello");
        expect(viewer.get("/a")).status(502).error();
    }

    @Scenario
    void aConnectionThatTheOriginClosedMeanwhileIsReplaced(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/*").reply(200, maxAge(60), body("x"));
        for (int i = 0; i < 5; i++) {
            expect(viewer.get("/" + i)).status(200);
            origin.dropConnections();
        }
    }

    @Scenario
    void originConnectionsAreKept(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/*").reply(200, maxAge(60), body("x"));
        for (int i = 0; i < 10; i++) expect(viewer.get("/" + i)).status(200);
        assertEquals(1, origin.connections());
    }

    @Scenario
    void aGetIsTriedAsOftenAsTheOriginAllows(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(
                distribution(origin).byDefault(b -> b.origin(o -> o.attempts(2).readTimeout(1))));
        origin.on("GET", "/a").reply(200, maxAge(60), body("second time"));
        origin.on("GET", "/a").times(1).hold().reply(200, maxAge(60), body("first time"));
        expect(viewer.get("/a")).status(200).body("second time");
        origin.expectRequests(2);
    }

    @ParameterizedTest(name = "caching {0}")
    @ValueSource(booleans = {true, false})
    @ExtendWith(ScenarioExtension.class)
    void RX_15_anEdgeThatIsItsOwnOriginStops(boolean caching, ScenarioEdge edge, ScriptedViewer viewer) {
        edge.serve(distribution(edge.httpPort()).alias("localhost").byDefault(b -> {
            if (!caching) b.cachingDisabled();
        }));
        long begin = System.nanoTime();
        Response response = viewer.get("/a").response();
        long milliseconds = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(response.status() >= 400, response::toString);
        assertTrue(edge.status().originRequests() <= 3, () -> edge.status().toString());
        assertTrue(milliseconds < 4_500, () -> "stopped by the read timeout: " + milliseconds + " ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a, b, c, d, e, f, g, h, i, j", "cloudfront, cloudfront, cloudfront", "perigee, perigee, perigee"
            })
    @ExtendWith(ScenarioExtension.class)
    void RX_15_aLongLoopFieldDoesNoHarm(String loop, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        Response response = viewer.get("/a", "CDN-Loop", loop).response();
        assertTrue(
                response.status() == 200 || (response.status() >= 400 && response.status() <= 508), response::toString);
        expect(viewer.send("GET /a HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n"))
                .status(200)
                .body("hello");
    }

    /** However close the end comes behind what there is, and whichever thread is faster. */
    @ParameterizedTest(name = "caching {0}")
    @ValueSource(booleans = {true, false})
    @ExtendWith(ScenarioExtension.class)
    void aShortAnswerThatBreaksOffAtOnceIsPassedOnAsFarAsItCame(
            boolean caching, ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> {
            if (!caching) b.cachingDisabled();
        }));
        String head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";
        origin.on("GET", "/length/*").raw(head + "Content-Length: 50\r\n\r\nhello");
        origin.on("GET", "/chunks/*").raw(head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        origin.on("GET", "/nothing/*").raw(head + "Content-Length: 50\r\n\r\n");
        origin.on("GET", "/warm").reply(200, body("warm"));
        ScriptedViewer overHttp2 = edge.http2Viewer(HOST);
        for (int i = 0; i < 20; i++) {
            // With an idle connection to the origin and without one.
            if (i % 2 == 0) expect(edge.viewer().get("/warm?" + i)).status(200);
            expect(edge.viewer().get("/length/" + i)).status(200).cutShort("hello");
            expect(edge.viewer().get("/chunks/" + i)).status(200).cutShort("hello");
            expect(edge.viewer().get("/nothing/" + i)).status(200).cutShort("");
            expect(overHttp2.get("/length/2" + i)).status(200).cutShort("hello");
            expect(overHttp2.get("/nothing/2" + i)).status(200).cutShort("");
        }
    }
}
