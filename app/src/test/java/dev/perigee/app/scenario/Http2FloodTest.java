package dev.perigee.app.scenario;

import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Http2Wire.END_HEADERS;
import static dev.perigee.testkit.Http2Wire.END_STREAM;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.Http2Limits;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Http2Wire;
import dev.perigee.testkit.LimitsBuilder;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Viewers that attack over HTTP/2: they are stopped, and nobody else notices. */
class Http2FloodTest {
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int COMPRESSION_ERROR = 9;
    private static final int CANCEL = 8;
    private static final int FLOOD = 20_000;

    /** What a viewer can send without end, at no cost of its own. */
    enum Flood {
        PING,
        SETTINGS,
        EMPTY_SETTINGS,
        SETTINGS_ACK,
        PRIORITY,
        PRIORITY_UPDATE,
        WINDOW_UPDATE,
        WINDOW_UPDATE_OF_A_CLOSED_STREAM,
        RST_OF_A_CLOSED_STREAM,
        EMPTY_DATA,
        PADDING,
        UNKNOWN,
        RAPID_RESET,
        /** Streams that the edge has to reset (CVE-2025-8671): by a window of more than 2^31-1. */
        MADE_YOU_RESET,
        MADE_YOU_RESET_BY_ZERO,
        MALFORMED_REQUESTS,
        REFUSED_STREAMS;

        void send(Http2Wire wire, int i) {
            int id = 2 * i + 5;
            switch (this) {
                case PING -> wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
                case SETTINGS -> wire.settings(4, 65_535);
                case EMPTY_SETTINGS -> wire.settings();
                case SETTINGS_ACK -> wire.frame(Http2Wire.SETTINGS, Http2Wire.ACK, 0);
                case PRIORITY -> wire.frame(Http2Wire.PRIORITY, 0, 7, new byte[] {0, 0, 0, 5, 1});
                case PRIORITY_UPDATE -> wire.frame(0x10, 0, 0, new byte[] {0, 0, 0, 1, 'u', '=', '1'});
                case WINDOW_UPDATE -> wire.number(Http2Wire.WINDOW_UPDATE, 0, 1);
                case WINDOW_UPDATE_OF_A_CLOSED_STREAM -> wire.number(Http2Wire.WINDOW_UPDATE, 1, 1);
                case RST_OF_A_CLOSED_STREAM -> wire.number(Http2Wire.RST_STREAM, 1, CANCEL);
                case EMPTY_DATA -> wire.frame(Http2Wire.DATA, 0, 3);
                case PADDING -> wire.frame(Http2Wire.DATA, 8, 3, new byte[] {7, 0, 0, 0, 0, 0, 0, 0});
                case UNKNOWN -> wire.frame(0x77, 0, 0, new byte[] {1});
                case RAPID_RESET -> wire.get(id, "/held").number(Http2Wire.RST_STREAM, id, CANCEL);
                case MADE_YOU_RESET -> wire.get(id, "/held").number(Http2Wire.WINDOW_UPDATE, id, Integer.MAX_VALUE);
                case MADE_YOU_RESET_BY_ZERO -> wire.get(id, "/held").number(Http2Wire.WINDOW_UPDATE, id, 0);
                case MALFORMED_REQUESTS -> wire.get(id, "/held", "connection", "close");
                case REFUSED_STREAMS -> wire.headers(id, END_HEADERS, wire.request("POST", "/held"));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @ExtendWith(ScenarioExtension.class)
    void RX_07_RX_08_aFloodEndsWithGoawayAndOthersDoNotNotice(Flood flood, ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(600), body("hello"));
        origin.on("GET", "/held").hold().reply(200, maxAge(600), body("held"));
        expect(edge.viewer().get("/a")).body("hello");
        Http2Wire wire = edge.http2Wire().begin().get(1, "/a");
        wire.await(Http2Wire.DATA, 1);
        wire.headers(3, END_HEADERS, wire.request("GET", "/held"));
        for (int i = 0; i < FLOOD; i++) flood.send(wire, i);
        wire.flush();
        assertEquals(ENHANCE_YOUR_CALM, wire.goAway());
        expect(edge.viewer().get("/a")).body("hello").hit();
        assertTrue(origin.requests("/held").size() <= 1, "the origin is asked once");
        origin.release();
    }

    @Scenario
    void RX_07_requestsThatGoOnWithoutTheirViewerStillCount(ScenarioEdge edge, ScriptedOrigin origin) {
        int streams = 8;
        edge.restart(LimitsBuilder.limits()
                .http2(new Http2Limits(streams, 1 << 18, 1 << 20, 1 << 16, 200, 1_000))
                .build());
        Http2Wire wire = edge.http2Wire().begin();
        int id = 1;
        for (int i = 0; i < streams; i++, id += 2) {
            origin.on("GET", "/held" + i).hold().reply(200, maxAge(600), body("held"));
            wire.get(id, "/held" + i).number(Http2Wire.RST_STREAM, id, CANCEL);
        }
        wire.flush();
        origin.awaitRequests(streams);
        wire.get(id, "/another");
        assertEquals(7, wire.resetOf(id), "REFUSED_STREAM");
        origin.release();
        // Once the origin has answered there is room again.
        origin.on("GET", "/another").reply(200, maxAge(600), body("another"));
        int[] next = {id};
        Patience.eventually("served again", () -> {
            next[0] += 2;
            Http2Wire.Frame answer = wire.get(next[0], "/another")
                    .flush()
                    .await(frame -> frame.stream() == next[0] || frame.type() == Http2Wire.GOAWAY, "an answer");
            return answer.type() == Http2Wire.HEADERS;
        });
        origin.expectRequests(streams + 1);
    }

    @Scenario
    void RX_08_aSectionWithoutEndIsCut(ScenarioEdge edge) {
        Http2Wire wire = edge.http2Wire().begin();
        wire.headers(1, END_STREAM, wire.request("GET", "/a"));
        for (int i = 0; i < 200; i++) {
            wire.frame(Http2Wire.CONTINUATION, 0, 1, Http2Wire.block("x-" + i, "v".repeat(1_000)));
        }
        assertEquals(ENHANCE_YOUR_CALM, wire.flush().goAway());
    }

    @Scenario
    void RX_08_emptyContinuationsAreCut(ScenarioEdge edge) {
        Http2Wire wire = edge.http2Wire().begin();
        wire.headers(1, END_STREAM, wire.request("GET", "/a"));
        for (int i = 0; i < 10_000; i++) wire.frame(Http2Wire.CONTINUATION, 0, 1);
        assertEquals(ENHANCE_YOUR_CALM, wire.flush().goAway());
    }

    @Scenario
    void RX_08_aCompressionBombIsAnsweredWithoutBeingUnpacked(ScenarioEdge edge, ScriptedOrigin origin) {
        Http2Wire wire = edge.http2Wire().begin();
        // An entry of 4,000 octets, then 16,000 references of one octet to it: 64 MB.
        byte[] entry = new byte[4_013];
        byte[] head = {0x40, 0x01, 'x', 0x7f, (byte) 0xa1, 0x1e};
        System.arraycopy(head, 0, entry, 0, head.length);
        java.util.Arrays.fill(entry, head.length, entry.length, (byte) 'v');
        byte[] pseudo = Http2Wire.block(wire.request("GET", "/bomb"));
        byte[] block = new byte[pseudo.length + entry.length + 12_000];
        System.arraycopy(pseudo, 0, block, 0, pseudo.length);
        System.arraycopy(entry, 0, block, pseudo.length, 6 + 127 + 0x21 + 0x1e * 128);
        int after = pseudo.length + 6 + 127 + 0x21 + 0x1e * 128;
        java.util.Arrays.fill(block, after, block.length, (byte) 0xbe);
        for (int i = 0; i < 50; i++) {
            int id = 2 * i + 1;
            wire.frame(Http2Wire.HEADERS, END_STREAM | END_HEADERS, id, block);
            assertEquals("494", wire.head(id).value(0));
        }
        origin.expectRequests(0);
    }

    @Scenario
    void RX_08_aBrokenSectionEndsTheConnection(ScenarioEdge edge) {
        Http2Wire wire = edge.http2Wire().begin();
        wire.frame(Http2Wire.HEADERS, END_STREAM | END_HEADERS, 1, (byte) 0xff, (byte) 0xff);
        assertEquals(COMPRESSION_ERROR, wire.flush().goAway());
    }

    @Scenario
    void RX_08_aViewerThatNeverReadsIsNotServedWithoutEnd(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(LimitsBuilder.limits().stallTimeout(Duration.ofMillis(600)).build());
        origin.on("GET", "/a").reply(200, maxAge(600), body("hello"));
        expect(edge.viewer().get("/a")).body("hello");
        Http2Wire wire = edge.http2Wire(4_096).begin();
        long before = edge.status().bytes();
        // Answered requests are allowed in any number, but not unread: sending them blocks at some time.
        Thread sender = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 300_000 && !Thread.currentThread().isInterrupted(); i++) wire.get(2 * i + 1, "/a");
            wire.flush();
        });
        Patience.eventually("the connection is cut", () -> edge.status().connections() <= 1);
        assertTrue(edge.status().bytes() - before < 64L << 20);
        wire.close();
        sender.interrupt();
        Patience.eventually("the sender ends", () -> !sender.isAlive());
    }

    @Scenario
    void RX_06_aReaderThatOpensNoWindowIsCut(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(LimitsBuilder.limits().stallTimeout(Duration.ofMillis(400)).build());
        Content content = Content.generated(1_000_000, 3);
        origin.on("GET", "/large").reply(200, maxAge(600), body(content));
        expect(edge.viewer().get("/large")).body(content);
        Http2Wire wire = edge.http2Wire().begin();
        for (int i = 0; i < 20; i++) wire.get(2 * i + 1, "/large");
        assertEquals(CANCEL, wire.resetOf(1));
        Http2Wire zero = edge.http2Wire().begin(4, 0).get(1, "/large");
        assertEquals("200", zero.head(1).value(0));
        assertEquals(CANCEL, zero.resetOf(1));
        // The connection itself is as good as before.
        zero.ping();
    }

    @Scenario
    void RX_06_aRequestThatDoesNotEndIsCut(ScenarioEdge edge) {
        edge.restart(LimitsBuilder.limits()
                .headTimeout(Duration.ofMillis(300))
                .stallTimeout(Duration.ofMillis(300))
                .build());
        Http2Wire silent = edge.http2Wire().flush();
        Http2Wire section = edge.http2Wire().begin();
        section.headers(1, END_STREAM, section.request("GET", "/a")).flush();
        Http2Wire content = edge.http2Wire().begin();
        content.headers(1, END_HEADERS, content.request("GET", "/a")).flush();
        silent.goAway();
        section.goAway();
        assertEquals(CANCEL, content.resetOf(1));
    }

    @Scenario
    void RX_11_aViewerThatWantsNoFieldsIsAnsweredNormally(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(600), body("hello"));
        Http2Wire wire = edge.http2Wire().begin(6, 1).get(1, "/a");
        assertEquals("200", wire.head(1).value(0));
        assertEquals(5, wire.await(Http2Wire.DATA, 1).payload().length);
    }
}
