package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import dev.perigee.edge.origin.OriginFailure.ViewerGone;
import dev.perigee.edge.origin.PumpedBody.End;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class StreamingTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final long LARGE = 64L << 20;
    private final Fixture fixture = Fixture.start();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private PumpedBody body(long announced, long size, End end) {
        return new PumpedBody(fixture.loops.next(), announced, size, end);
    }

    @ParameterizedTest(name = "announced as {0}")
    @ValueSource(longs = {LARGE, -1})
    void aLargeUploadStreamsWithBackPressure(long announced) throws IOException {
        PumpedBody body = body(announced, LARGE, End.WHOLE);
        var wrong = new AtomicLong();
        var ahead = new AtomicLong();
        ServerSocket unbound = new ServerSocket();
        // Left to itself the kernel may take in tens of megabytes for a reader that is slow.
        unbound.setReceiveBufferSize(256 << 10);
        try (var origin = ScriptedOrigin.start(unbound, peer -> {
            peer.readHead();
            long at = 0;
            while (at < LARGE) {
                int size = announced >= 0 ? (int) Math.min(64 << 10, LARGE - at) : chunkSize(peer);
                byte[] piece = peer.read(size);
                for (byte value : piece) {
                    if (value != PumpedBody.pattern(at++)) wrong.incrementAndGet();
                }
                if (announced < 0) peer.readLine();
                ahead.accumulateAndGet(body.given() - at, Math::max);
            }
            if (announced < 0 && !(peer.readLine() + peer.readLine()).equals("0\r\n\r\n")) wrong.incrementAndGet();
            peer.send(OK);
        })) {
            assertEquals(
                    "hi",
                    Fixture.text(
                            fixture.client.exchange(Fixture.patient(origin.port()), Fixture.request("PUT"), body)));
            assertEquals(0, wrong.get(), "wrong bytes");
            assertTrue(body.pauses() > 0, "the viewer was never paused");
            // What the kernel's two socket buffers hold comes on top of our 256 kB.
            assertTrue(ahead.get() < 16 << 20, () -> ahead + " bytes ahead of the origin");
            assertEquals(0, body.discards());
        }
    }

    private static int chunkSize(ScriptedOrigin.Peer peer) throws IOException {
        return Integer.parseInt(peer.readLine().strip(), 16);
    }

    @ParameterizedTest(name = "chunked: {0}")
    @ValueSource(booleans = {false, true})
    void aLargeDownloadWaitsForTheSink(boolean chunked) throws Exception {
        byte[] piece = new byte[64 << 10];
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\n"
                    + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: " + LARGE + "\r\n\r\n"));
            for (long at = 0; at < LARGE; at += piece.length) {
                for (int i = 0; i < piece.length; i++) piece[i] = PumpedBody.pattern(at + i);
                if (chunked) peer.send("10000\r\n");
                peer.send(piece);
                if (chunked) peer.send("\r\n");
            }
            if (chunked) peer.send("0\r\n\r\n");
            peer.readToEnd();
        })) {
            OriginBody body = Fixture.answered(
                            fixture.client.exchange(Fixture.patient(origin.port()), Fixture.request("GET"), null))
                    .body();
            var sink = new Slow(body);
            body.into(sink);
            sink.drain();
            assertEquals("complete", sink.end.get(5, TimeUnit.SECONDS));
            assertEquals(LARGE, sink.read);
            assertEquals(0, sink.wrong, "wrong bytes");
            // A read that ends the window, and another by a resume() that was on its way when it did.
            assertTrue(sink.most.get() <= Slow.WINDOW + (128 << 10), () -> sink.most + " bytes held at once");
            assertTrue(sink.pauses.get() > 0, "the origin was never paused");
            assertEquals(LARGE, fixture.client.bytesReceived());
        }
    }

    /** Holds up to a window of bytes, which another thread takes away. */
    private static final class Slow implements OriginBody.Sink {
        static final int WINDOW = 256 << 10;

        final CompletableFuture<Object> end = new CompletableFuture<>();
        final AtomicLong most = new AtomicLong();
        final AtomicLong pauses = new AtomicLong();
        private final OriginBody body;
        private final BlockingQueue<ByteBuf> queue = new ArrayBlockingQueue<>(100_000);
        private final AtomicLong held = new AtomicLong();
        private long read;
        private long wrong;

        Slow(OriginBody body) {
            this.body = body;
        }

        @Override
        public boolean append(ByteBuf taken) {
            long now = held.addAndGet(taken.readableBytes());
            most.accumulateAndGet(now, Math::max);
            queue.add(taken);
            if (now < WINDOW) return true;
            pauses.incrementAndGet();
            return false;
        }

        @Override
        public void complete() {
            end.complete("complete");
        }

        @Override
        public void failed(OriginFailure failure) {
            end.complete(failure);
        }

        void drain() throws InterruptedException {
            while (!end.isDone() || !queue.isEmpty()) {
                ByteBuf next = queue.poll(20, TimeUnit.MILLISECONDS);
                if (next == null) continue;
                byte[] bytes = ByteBufUtil.getBytes(next);
                next.release();
                for (byte value : bytes) {
                    if (value != PumpedBody.pattern(read++)) wrong++;
                }
                if (held.addAndGet(-bytes.length) < WINDOW) body.resume();
            }
        }
    }

    @ParameterizedTest(name = "the origin closes after its answer: {0}")
    @ValueSource(booleans = {false, true})
    void anEarlyAnswerEndsTheUpload(boolean closes) throws IOException {
        PumpedBody body = body(LARGE, LARGE, End.WHOLE);
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
            if (closes) peer.socket().shutdownOutput();
            peer.readToEnd();
        })) {
            OriginOutcome outcome = fixture.ask(origin.port(), "PUT", body);
            assertEquals(413, Fixture.answered(outcome).head().status());
            assertEquals("no", Fixture.text(outcome));
            Fixture.await("the body is given up", () -> body.discards() == 1);
            Fixture.await("the connection is closed", () -> fixture.client.connectionsOpen() == 0);
            assertTrue(body.given() < LARGE);
        }
    }

    @Test
    void anAnswerIsReadEvenWhenTheUploadCannotBeWritten() throws IOException {
        // The origin answers and stops reading: our writes fail while its answer is still on the way to us.
        PumpedBody body = body(LARGE, LARGE, End.WHOLE);
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.socket().shutdownInput();
            peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
            new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
        })) {
            OriginOutcome outcome = fixture.ask(origin.port(), "PUT", body);
            assertEquals(403, Fixture.answered(outcome).head().status());
            Fixture.answered(outcome).body().discard();
        }
    }

    @RepeatedTest(10)
    void anAnswerIsReadThoughTheConnectionIsResetBehindIt() throws IOException {
        // Closing with content unread resets the connection; what came before the reset is still there to be read.
        PumpedBody body = body(LARGE, LARGE, End.WHOLE);
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
            peer.socket().close();
        })) {
            OriginOutcome outcome = fixture.ask(origin.port(), "PUT", body);
            assertEquals(413, Fixture.answered(outcome).head().status());
            assertEquals("no", Fixture.text(outcome));
        }
    }

    @ParameterizedTest(name = "announced {0}, sent {1}")
    @CsvSource({"10, 20", "20, 10", "0, 1", "40000, 39999", "40000, 40001"})
    void contentThatBreaksItsWordNeverBecomesAnotherRequest(long announced, long size) throws IOException {
        var seen = new AtomicLong();
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            while (peer.read(1).length == 1) seen.incrementAndGet();
        })) {
            PumpedBody body = body(announced, size, End.WHOLE);
            OriginFailure failure = Fixture.failure(fixture.ask(origin.port(), "PUT", body));
            assertInstanceOf(Broken.class, failure);
            Fixture.await("closed", () -> fixture.client.connectionsOpen() == 0);
            assertTrue(seen.get() <= announced, () -> seen + " bytes went out");
            assertTrue(body.discards() > 0);
        }
    }

    @ParameterizedTest(name = "announced {0}")
    @ValueSource(longs = {100_000, -1})
    void aViewerThatGoesAwayEndsTheRequest(long announced) throws IOException {
        try (var origin = ScriptedOrigin.start(ScriptedOrigin.Peer::readToEnd)) {
            assertEquals(
                    new ViewerGone(),
                    Fixture.failure(fixture.ask(origin.port(), "PUT", body(announced, 50_000, End.VIEWER_GONE))));
            Fixture.await("closed", () -> fixture.client.connectionsOpen() == 0);
        }
    }

    @Test
    void anOriginThatStopsReadingTimesOut() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            new CountDownLatch(1).await(20, TimeUnit.SECONDS);
        })) {
            PumpedBody body = body(LARGE, LARGE, End.WHOLE);
            assertEquals(new TimedOut(Phase.REQUEST), Fixture.failure(fixture.ask(origin.port(), "PUT", body)));
            assertEquals(1, origin.accepted());
            assertTrue(body.discards() > 0);
        }
    }

    @Test
    void aViewerThatPausesIsNotTheOriginsFault() throws Exception {
        PumpedBody body = body(100_000, 50_000, End.NEVER);
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.read(50_000);
            new CountDownLatch(1).await(2500, TimeUnit.MILLISECONDS);
            peer.send(OK);
            peer.readToEnd();
        })) {
            assertEquals("hi", Fixture.text(fixture.ask(origin.port(), "PUT", body)));
        }
    }

    @Test
    void aBodyWhoseRequestFailsBeforeItStartsIsDiscarded() throws IOException {
        PumpedBody body = body(10, 10, End.WHOLE);
        int port;
        try (var origin = ScriptedOrigin.answering("")) {
            port = origin.port();
        }
        Fixture.failure(fixture.ask(port, "PUT", body));
        assertTrue(body.discards() > 0);
        assertEquals(0, body.given());
    }

    @Test
    void aConnectionIsUsedAgainAfterAnUpload() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            while (peer.readHead() != null) {
                peer.read(70_000);
                peer.send(OK);
            }
        })) {
            for (int i = 0; i < 3; i++) {
                assertEquals("hi", Fixture.text(fixture.ask(origin.port(), "PUT", body(70_000, 70_000, End.WHOLE))));
                Fixture.await("given back", () -> fixture.client.inUse() == 0);
            }
            assertEquals(1, origin.accepted());
        }
    }
}
