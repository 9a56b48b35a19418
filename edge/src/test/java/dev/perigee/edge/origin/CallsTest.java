package dev.perigee.edge.origin;

import static dev.perigee.edge.origin.FrameOrigin.CONTINUATION;
import static dev.perigee.edge.origin.FrameOrigin.DATA;
import static dev.perigee.edge.origin.FrameOrigin.END_HEADERS;
import static dev.perigee.edge.origin.FrameOrigin.END_STREAM;
import static dev.perigee.edge.origin.FrameOrigin.HEADERS;
import static dev.perigee.edge.origin.FrameOrigin.PING;
import static dev.perigee.edge.origin.FrameOrigin.RST_STREAM;
import static dev.perigee.edge.origin.FrameOrigin.SETTINGS;
import static dev.perigee.edge.origin.FrameOrigin.WINDOW_UPDATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Origin;
import dev.perigee.edge.http2.Http2Error;
import dev.perigee.edge.origin.OriginFailure.Malformed;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls over HTTP/2 to origins that do what they should, and to origins that do not. */
@Timeout(60)
class CallsTest {
    private static final OriginRequest REQUEST = new OriginRequest(
            "POST", "/s/M", Fields.of("Host", "origin.test", "Content-Type", "application/grpc"), true, "origin.test");

    private static Origin origin(FrameOrigin origin) {
        return Fixture.origin("localhost", origin.port(), 1, 1, 0);
    }

    private static CallOutcome call(Fixture fixture, FrameOrigin origin, GrpcCall call) {
        return fixture.client.call(origin(origin), REQUEST, null, call, null, Runnable::run);
    }

    private static CallOutcome call(Fixture fixture, FrameOrigin origin) {
        return call(fixture, origin, new GrpcCall());
    }

    private static OriginFailure failure(CallOutcome outcome) {
        return assertInstanceOf(CallOutcome.Failed.class, outcome, outcome::toString)
                .failure();
    }

    private static Object end(CallOutcome outcome) {
        Collected sink = new Collected();
        assertInstanceOf(CallOutcome.Answered.class, outcome, outcome::toString)
                .body()
                .into(sink);
        return sink.end();
    }

    @Test
    void theRequestIsAsItShouldBeAndTrailersCome() {
        var head = new CompletableFuture<byte[]>();
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin(1, 0);
                    head.complete(wire.await(HEADERS).payload());
                    wire.section(1, false, ":status", "100");
                    wire.section(1, false, ":status", "200", "content-type", "application/grpc");
                    wire.frame(DATA, 0, 1, new byte[5]);
                    wire.section(1, true, "grpc-status", "0", "x-edge-location", "moon")
                            .flush();
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            GrpcCall call = new GrpcCall();
            CallOutcome outcome = call(fixture, origin, call);
            assertEquals("complete", end(outcome));
            assertEquals("grpc-status: 0\n", call.trailers().toString());
            // The origin keeps no table: that has to be said first (RFC 7541 section 4.2).
            assertEquals(0x20, head.join()[0]);
        }
    }

    /** What an origin may do wrong. */
    enum Wrong {
        PINGS {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                for (int i = 0; i < 20_000; i++) wire.frame(PING, 0, 0, new byte[8]);
            }
        },
        SETTINGS_FLOOD {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                for (int i = 0; i < 20_000; i++) wire.frame(SETTINGS, 0, 0);
            }
        },
        EMPTY_DATA {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.section(1, false, ":status", "200");
                for (int i = 0; i < 20_000; i++) wire.frame(DATA, 0, 1);
            }
        },
        SECTION_WITHOUT_END {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.frame(HEADERS, 0, 1, FrameOrigin.Wire.block(":status", "200"));
                for (int i = 0; i < 200; i++) {
                    wire.frame(CONTINUATION, 0, 1, FrameOrigin.Wire.block("x-" + i, "v".repeat(1000)));
                }
            }
        },
        MORE_FIELDS_THAN_ARE_TAKEN {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.section(1, true, ":status", "200", "x-a", "v".repeat(9_000));
            }
        },
        MORE_CONTENT_THAN_WAS_ALLOWED {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.section(1, false, ":status", "200");
                for (int i = 0; i < 64; i++) wire.frame(DATA, 0, 1, new byte[16_384]);
            }
        },
        CONTENT_WITHOUT_A_HEAD {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.frame(DATA, END_STREAM, 1, new byte[5]);
            }
        },
        NO_STATUS {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.section(1, true, "content-type", "application/grpc");
            }
        },
        STATUS_101 {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.section(1, false, ":status", "101");
            }
        },
        INTERIM_WITHOUT_END {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                for (int i = 0; i < 9; i++) wire.section(1, false, ":status", "103");
            }
        },
        FIELD_OF_THE_CONNECTION {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.section(1, true, ":status", "200", "transfer-encoding", "chunked");
            }
        },
        CAPITALS {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.section(1, true, ":status", "200", "X-A", "1");
            }
        },
        PUSH {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.frame(5, END_HEADERS, 1, new byte[] {0, 0, 0, 2});
            }
        },
        A_STREAM_OF_ITS_OWN {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.section(2, true, ":status", "200");
            }
        },
        A_STREAM_THAT_WAS_NOT_BEGUN {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.section(7, true, ":status", "200");
            }
        },
        A_WINDOW_TOO_LARGE {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.number(WINDOW_UPDATE, 1, Integer.MAX_VALUE);
            }
        },
        BROKEN_COMPRESSION {
            @Override
            void answer(FrameOrigin.Wire wire) throws IOException {
                wire.frame(HEADERS, END_HEADERS, 1, (byte) 0xff, (byte) 0xff);
            }
        };

        abstract void answer(FrameOrigin.Wire wire) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void anOriginThatBreaksTheProtocolIsAFailureAndNothingMore(Wrong wrong) {
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin();
                    wire.await(HEADERS);
                    Thread.ofVirtual().start(() -> {
                        try {
                            wrong.answer(wire);
                            wire.flush();
                        } catch (IOException cut) {
                            // The edge has had enough.
                        }
                    });
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            CallOutcome outcome = call(fixture, origin);
            if (outcome instanceof CallOutcome.Answered answered) {
                // Nobody takes what comes until it was too much.
                Fixture.await(
                        "it is cut", () -> origin.types.contains(RST_STREAM) || fixture.client.connectionsOpen() == 0);
                Collected sink = new Collected();
                answered.body().into(sink);
                assertInstanceOf(Malformed.class, sink.end());
            } else {
                assertInstanceOf(Malformed.class, failure(outcome));
            }
        }
    }

    @Test
    void aRefusedCallMayBeSentAgain() {
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin();
                    wire.await(HEADERS);
                    wire.number(RST_STREAM, 1, 7).flush();
                    int second = wire.await(HEADERS).stream();
                    wire.goAway(second - 2).flush();
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            assertInstanceOf(CallOutcome.Refused.class, call(fixture, origin));
            assertInstanceOf(CallOutcome.Refused.class, call(fixture, origin));
            assertEquals(1, origin.connections.get());
            Fixture.await("the connection is given up", () -> fixture.client.connectionsOpen() == 0);
        }
    }

    @Test
    void aResetIsPassedOnInTheWordsThatClientsKnow() {
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin();
                    while (true) {
                        int id = wire.await(HEADERS).stream();
                        wire.section(id, false, ":status", "200");
                        wire.number(RST_STREAM, id, id == 1 ? 8 : id == 3 ? 11 : 99)
                                .flush();
                    }
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            for (Http2Error told :
                    new Http2Error[] {Http2Error.CANCEL, Http2Error.ENHANCE_YOUR_CALM, Http2Error.INTERNAL_ERROR}) {
                GrpcCall call = new GrpcCall();
                assertInstanceOf(OriginFailure.Broken.class, end(call(fixture, origin, call)));
                assertEquals(told, call.error());
            }
        }
    }

    @Test
    void anOriginThatTakesOneCallAtATimeGetsMoreConnections() {
        var open = new AtomicInteger();
        var most = new AtomicInteger();
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin(3, 1);
                    while (true) {
                        int id = wire.await(HEADERS).stream();
                        most.accumulateAndGet(open.incrementAndGet(), Math::max);
                        Fixture.await("all are there", () -> most.get() == 5);
                        open.decrementAndGet();
                        wire.section(id, true, ":status", "200", "grpc-status", "0")
                                .flush();
                    }
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            var outcomes = new CompletableFuture<?>[5];
            for (int i = 0; i < 5; i++) {
                outcomes[i] = CompletableFuture.runAsync(
                        () -> assertEquals("complete", end(call(fixture, origin))), Thread::startVirtualThread);
            }
            CompletableFuture.allOf(outcomes).join();
            assertEquals(5, origin.connections.get());
        }
    }

    @Test
    void anOriginThatTakesNoCallsIsGivenUp() {
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin(3, 0);
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            assertInstanceOf(OriginFailure.Exhausted.class, failure(call(fixture, origin)));
            assertTrue(origin.connections.get() <= 8);
        }
    }

    @Test
    void silenceHasItsTime() {
        try (FrameOrigin mute = FrameOrigin.start(wire -> wire.drain());
                FrameOrigin silent = FrameOrigin.start(wire -> {
                    wire.begin();
                    wire.drain();
                });
                FrameOrigin stops = FrameOrigin.start(wire -> {
                    wire.begin();
                    wire.await(HEADERS);
                    wire.section(1, false, ":status", "200").flush();
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            assertEquals(new TimedOut(Phase.CONNECT), failure(call(fixture, mute)));
            assertEquals(new TimedOut(Phase.FIRST_BYTE), failure(call(fixture, silent)));
            assertEquals(new TimedOut(Phase.BODY), end(call(fixture, stops)));
            // The connection on which nothing came is not used again.
            assertEquals(new TimedOut(Phase.FIRST_BYTE), failure(call(fixture, silent)));
            assertEquals(2, silent.connections.get());
        }
    }

    @Test
    void aCallThatIsGivenUpIsReset() {
        var reset = new CompletableFuture<Integer>();
        var begun = new CompletableFuture<Void>();
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin();
                    wire.await(HEADERS);
                    begun.complete(null);
                    reset.complete(wire.await(RST_STREAM).number());
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            GrpcCall call = new GrpcCall();
            begun.thenRun(call::cancel);
            assertInstanceOf(OriginFailure.ViewerGone.class, failure(call(fixture, origin, call)));
            assertEquals(Http2Error.CANCEL.code(), reset.join());
            GrpcCall late = new GrpcCall();
            late.cancel();
            assertInstanceOf(OriginFailure.ViewerGone.class, failure(call(fixture, origin, late)));
        }
    }

    /** Octet by octet, to somebody who takes nothing: the window bounds it, and it stays whole. */
    @Test
    void manySmallPiecesWaitAndStayWhole() {
        int octets = 20_000;
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin();
                    wire.await(HEADERS);
                    wire.section(1, false, ":status", "200");
                    for (int i = 0; i < octets; i++) wire.frame(DATA, 0, 1, (byte) i);
                    wire.section(1, true, "grpc-status", "0").flush();
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            CallOutcome outcome = call(fixture, origin);
            Fixture.await("all was read", () -> fixture.client.bytesReceived() == octets);
            Collected sink = new Collected();
            ((CallOutcome.Answered) outcome).body().into(sink);
            assertEquals("complete", sink.end());
            assertEquals(octets, sink.text().length());
            for (int i = 0; i < octets; i++)
                assertEquals((char) (i & 0xFF), sink.text().charAt(i));
        }
    }

    @Test
    void contentGoesAsTheOriginsWindowsAllow() {
        int size = 300_000;
        var wrong = new AtomicInteger();
        var received = new AtomicInteger();
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin(4, 1000);
                    wire.await(HEADERS);
                    boolean last = false;
                    while (!last) {
                        FrameOrigin.Frame frame = wire.await(DATA);
                        int count = frame.payload().length;
                        if (count > 1000) wrong.incrementAndGet();
                        for (byte octet : frame.payload()) {
                            if (octet != PumpedBody.pattern(received.getAndIncrement())) wrong.incrementAndGet();
                        }
                        last = (frame.flags() & END_STREAM) != 0;
                        if (count == 0 || last) continue;
                        wire.number(WINDOW_UPDATE, 1, count)
                                .number(WINDOW_UPDATE, 0, count)
                                .flush();
                    }
                    wire.section(1, true, ":status", "200", "grpc-status", "0").flush();
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            var body = new PumpedBody(fixture.loops.next(), -1, size, PumpedBody.End.WHOLE);
            CallOutcome outcome =
                    fixture.client.call(origin(origin), REQUEST, body, new GrpcCall(), null, Runnable::run);
            assertEquals("complete", end(outcome));
            assertEquals(size, received.get());
            assertEquals(0, wrong.get());
            assertTrue(body.pauses() > 0);
        }
    }

    /** The answer need not wait for the request, and its end ends the request. */
    @Test
    void anAnswerMayEndBeforeItsRequest() {
        var reset = new CompletableFuture<Integer>();
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin();
                    wire.await(HEADERS);
                    wire.section(1, false, ":status", "200");
                    wire.section(1, true, "grpc-status", "8").flush();
                    reset.complete(wire.await(RST_STREAM).stream());
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            var body = new PumpedBody(fixture.loops.next(), -1, 100, PumpedBody.End.NEVER);
            CallOutcome outcome =
                    fixture.client.call(origin(origin), REQUEST, body, new GrpcCall(), null, Runnable::run);
            assertEquals("complete", end(outcome));
            assertEquals(1, reset.join());
            Fixture.await("the rest is not wanted", () -> body.discards() == 1);
        }
    }

    @Test
    void aViewerThatGoesAwayWhileItSendsResetsTheCall() {
        var reset = new CompletableFuture<Integer>();
        try (FrameOrigin origin = FrameOrigin.start(wire -> {
                    wire.begin();
                    reset.complete(wire.await(RST_STREAM).number());
                    wire.drain();
                });
                Fixture fixture = Fixture.trusting(FrameOrigin.root())) {
            var body = new PumpedBody(fixture.loops.next(), -1, 100, PumpedBody.End.VIEWER_GONE);
            assertInstanceOf(
                    OriginFailure.ViewerGone.class,
                    failure(fixture.client.call(origin(origin), REQUEST, body, new GrpcCall(), null, Runnable::run)));
            assertEquals(Http2Error.CANCEL.code(), reset.join());
        }
    }
}
