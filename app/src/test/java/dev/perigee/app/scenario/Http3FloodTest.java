package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.Http2Limits;
import dev.perigee.testkit.Http3Octets;
import dev.perigee.testkit.Http3Wire;
import dev.perigee.testkit.Http3Wire.Stream;
import dev.perigee.testkit.LimitsBuilder;
import dev.perigee.testkit.OverHttp3;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What no honest viewer does over HTTP/3, by its id in the list of attacks. */
@OverHttp3
@Tag("full")
class Http3FloodTest {
    private static final int FLOOD = 2_000;
    private static final int CANCELLED = 0x10c;
    private static final long EXCESSIVE_LOAD = 0x107;

    enum Flood {
        RAPID_RESET,
        /** The viewer takes no answer (STOP_SENDING). */
        RAPID_STOP,
        RESET_HALF_A_HEAD,
        MALFORMED,
        UNKNOWN_FRAMES,
        EMPTY_DATA,
        PRIORITY_UPDATES,
        TABLE_SIZES;

        void send(Http3Wire wire, Stream control, Stream encoder, Stream upload) throws IOException {
            switch (this) {
                case RAPID_RESET ->
                    wire.begin(true, Http3Octets.request("GET", "/held")).reset(CANCELLED);
                case RAPID_STOP ->
                    wire.send(Http3Octets.request("GET", "/held")).refuse(CANCELLED);
                case RESET_HALF_A_HEAD ->
                    wire.begin(true, Http3Octets.frameHead(Http3Octets.HEADERS, 100))
                            .reset(CANCELLED);
                case MALFORMED -> wire.send(Http3Octets.request("GET", "/a", "connection", "close"));
                case UNKNOWN_FRAMES -> upload.write(Http3Octets.frame(0x21, new byte[1]));
                case EMPTY_DATA -> upload.write(Http3Octets.frame(Http3Octets.DATA, new byte[0]));
                case PRIORITY_UPDATES -> control.write(Http3Octets.frame(0xf0700, new byte[] {0, 'u', '=', '1'}));
                case TABLE_SIZES -> encoder.write(new byte[] {0x20});
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @ExtendWith(ScenarioExtension.class)
    void RX_07_RX_08_aFloodEndsTheConnectionAndOthersDoNotNotice(Flood flood, ScenarioEdge edge, ScriptedOrigin origin)
            throws Exception {
        origin.on("GET", "/a").reply(200, maxAge(600), body("hello"));
        origin.on("GET", "/held").hold().reply(200, maxAge(600), body("held"));
        expect(edge.viewer().get("/a")).body("hello");
        try (Http3Wire wire = edge.http3Wire(HOST)) {
            Stream upload = wire.begin(true, Http3Octets.request("GET", "/held"));
            Stream encoder = wire.begin(false, new byte[] {2, 0x20});
            try {
                for (int i = 0; i < FLOOD && !wire.finished(); i++) flood.send(wire, wire.control(), encoder, upload);
            } catch (IOException closed) {
                // As it ought to be.
            }
            // Streams that never ended are given no successors: that holds a flood up as well.
            if (!wire.starved()) assertEquals(EXCESSIVE_LOAD, wire.closedWith());
        }
        expect(edge.viewer().get("/a")).body("hello").hit();
        assertTrue(origin.requests("/held").size() <= 1, "the origin is asked once");
        origin.release();
    }

    @Scenario
    void RX_07_requestsThatGoOnWithoutTheirViewerStillCount(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        int streams = 8;
        edge.restart(LimitsBuilder.limits()
                .http2(new Http2Limits(streams, 1 << 18, 1 << 20, 1 << 16, 200, 1_000))
                .build());
        try (Http3Wire wire = edge.http3Wire(HOST)) {
            for (int i = 0; i < streams; i++) {
                origin.on("GET", "/held" + i).hold().reply(200, maxAge(600), body("held"));
                Stream held = wire.send(Http3Octets.request("GET", "/held" + i));
                origin.awaitRequests(i + 1);
                held.refuse(CANCELLED);
            }
            assertEquals(
                    "reset", wire.send(Http3Octets.request("GET", "/another")).outcome());
            origin.release();
            // Once the origin has answered there is room again.
            origin.on("GET", "/another").reply(200, maxAge(600), body("another"));
            Patience.eventually("served again", () -> outcome(wire, "/another").equals("200"));
        }
        origin.expectRequests(streams + 1);
    }

    private static String outcome(Http3Wire wire, String target) {
        try {
            return wire.send(Http3Octets.request("GET", target)).outcome();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A megabyte of fields in 50,000 octets: what is too much is counted and not kept. */
    @Scenario
    void RX_08_aBombOfStaticReferencesIsRefused(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        origin.on("GET", "/a").reply(200, maxAge(600), body("hello"));
        // Index 98 of the static table, x-frame-options: sameorigin, once for every two octets.
        byte[] references = new byte[50_000];
        for (int i = 0; i < references.length; i += 2) {
            references[i] = (byte) 0xFF;
            references[i + 1] = 98 - 63;
        }
        byte[] bomb = Http3Octets.requestAnd("/a", references);
        try (Http3Wire wire = edge.http3Wire(HOST)) {
            for (int i = 0; i < 20; i++) assertEquals("494", wire.send(bomb).outcome());
            assertEquals("200", wire.send(Http3Octets.request("GET", "/a")).outcome());
        }
        origin.expectRequests(1);
    }

    @Scenario
    void aViewerWhoLeavesGetsWhatItHadAskedFor(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        origin.on("GET", "/held").hold().reply(200, maxAge(600), body("held"));
        try (Http3Wire wire = edge.http3Wire(HOST)) {
            Stream held = wire.send(Http3Octets.request("GET", "/held"));
            origin.awaitRequests(1);
            wire.control().write(Http3Octets.frame(7, new byte[] {0}));
            // A second one may name less, never more.
            wire.control().write(Http3Octets.frame(7, new byte[] {0}));
            origin.release();
            assertEquals("200", held.outcome());
        }
    }

    @Scenario
    void RX_06_aHeadThatDoesNotEndIsCut(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.restart(LimitsBuilder.limits().headTimeout(Duration.ofMillis(200)).build());
        origin.on("GET", "/a").reply(200, maxAge(600), body("hello"));
        try (Http3Wire wire = edge.http3Wire(HOST)) {
            Stream half = wire.begin(true, Http3Octets.frameHead(Http3Octets.HEADERS, 100), new byte[10]);
            assertEquals("reset", half.outcome());
            assertEquals("200", wire.send(Http3Octets.request("GET", "/a")).outcome());
        }
    }

    @Scenario
    void RX_06_aStalledUploadIsAnswered408(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.restart(LimitsBuilder.limits().stallTimeout(Duration.ofMillis(200)).build());
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on("PUT", "/up").hold().reply(200, body("never"));
        try (Http3Wire wire = edge.http3Wire(HOST)) {
            Stream upload = wire.begin(true, Http3Octets.request("PUT", "/up"), Http3Octets.data("half"));
            assertEquals("408", upload.outcome());
        }
        origin.release();
    }

    @Scenario
    void RX_08_headsWithoutEndOnManyStreamsEndTheConnection(ScenarioEdge edge) throws Exception {
        try (Http3Wire wire = edge.http3Wire(HOST)) {
            byte[] part = new byte[50_000];
            try {
                for (int i = 0; i < 8; i++) wire.begin(true, Http3Octets.frameHead(Http3Octets.HEADERS, 60_000), part);
            } catch (IOException closed) {
                // As it ought to be.
            }
            assertEquals(EXCESSIVE_LOAD, wire.closedWith());
        }
    }

    /** What breaks the rules of HTTP/3 ends the connection with the error that RFC 9114 or RFC 9204 names. */
    @Scenario
    void whatBreaksTheRulesEndsTheConnection(ScenarioEdge edge) throws Exception {
        byte[] get = Http3Octets.request("GET", "/a");
        byte[] settings = Http3Octets.frame(Http3Octets.SETTINGS, new byte[0]);
        record Case(long error, boolean twoWay, List<byte[]> octets) {}
        List<Case> cases = List.of(
                new Case(0x105, true, List.of(Http3Octets.data("x"))),
                new Case(0x105, true, List.of(settings)),
                new Case(0x105, true, List.of(Http3Octets.frame(6, new byte[8]))),
                new Case(0x105, true, List.of(get, Http3Octets.headers("x-a", "1"), Http3Octets.data("x"))),
                new Case(0x107, true, List.of(Http3Octets.frameHead(Http3Octets.HEADERS, 1 << 20))),
                new Case(0x200, true, List.of(Http3Octets.frame(Http3Octets.HEADERS, new byte[] {2, 0, (byte) 0x80}))),
                new Case(0x200, true, List.of(Http3Octets.frame(Http3Octets.HEADERS, new byte[] {0, 0, (byte) 0x80}))),
                new Case(0x103, false, List.of(new byte[] {1, 0})),
                new Case(0x103, false, List.of(new byte[] {0})),
                new Case(0x201, false, List.of(new byte[] {2, 0x3f, 0x45})),
                new Case(0x202, false, List.of(new byte[] {3, 1})));
        for (Case each : cases) {
            try (Http3Wire wire = edge.http3Wire(HOST)) {
                wire.begin(each.twoWay(), each.octets().toArray(byte[][]::new));
                assertEquals(each.error(), wire.closedWith(), "case " + cases.indexOf(each));
            }
        }
        List<Case> control = List.of(
                new Case(0x105, false, List.of(settings)),
                new Case(0x105, false, List.of(Http3Octets.data("x"))),
                new Case(0x105, false, List.of(Http3Octets.frame(2, new byte[1]))),
                new Case(0x108, false, List.of(Http3Octets.frame(3, new byte[] {0}))),
                new Case(0x106, false, List.of(Http3Octets.frame(7, new byte[] {0x40}))));
        for (Case each : control) {
            try (Http3Wire wire = edge.http3Wire(HOST)) {
                for (byte[] part : each.octets()) wire.control().write(part);
                assertEquals(each.error(), wire.closedWith(), "case " + control.indexOf(each) + " of control");
            }
        }
        try (Http3Wire wire = edge.http3Wire(HOST)) {
            wire.control().end();
            assertEquals(0x104, wire.closedWith());
        }
    }
}
