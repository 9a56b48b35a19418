package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.Refused;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TimeoutsTest {
    private final Fixture fixture = Fixture.start();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @ParameterizedTest(name = "{0}: {1} tries")
    @CsvSource({"GET, 2", "HEAD, 2", "OPTIONS, 1", "POST, 1", "PUT, 1", "PATCH, 1", "DELETE, 1"})
    void onlyGetAndHeadAreAskedAgainAfterSilence(String method, int tries) throws IOException {
        try (var origin = ScriptedOrigin.start(ScriptedOrigin.Peer::readToEnd)) {
            assertEquals(new TimedOut(Phase.FIRST_BYTE), Fixture.failure(fixture.ask(origin.port(), method, null)));
            assertEquals(tries, origin.accepted());
        }
    }

    @Test
    void theSecondTryMayAnswer() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            if (peer.number() == 2) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            peer.readToEnd();
        })) {
            assertEquals("hi", Fixture.text(fixture.get(origin.port())));
        }
    }

    @Test
    void aTrickledHeadIsBoundedAsAWhole() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nA: ");
            var never = new CountDownLatch(1);
            while (!never.await(50, TimeUnit.MILLISECONDS)) peer.send("x");
        })) {
            long start = System.nanoTime();
            assertEquals(new TimedOut(Phase.FIRST_BYTE), Fixture.failure(fixture.get(origin.port())));
            assertTrue(Fixture.since(start).toSeconds() < 5);
        }
    }

    @Test
    void silenceWithinTheContentTimesOut() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi");
            peer.readToEnd();
        })) {
            assertEquals(
                    new TimedOut(Phase.BODY),
                    Fixture.collect(fixture.get(origin.port())).end());
        }
    }

    @Test
    void timeInWhichTheSinkWantsNothingDoesNotCount() throws Exception {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhi");
            peer.readLine();
        })) {
            OriginBody body = Fixture.answered(fixture.get(origin.port())).body();
            var end = new CompletableFuture<Object>();
            body.into(new OriginBody.Sink() {
                @Override
                public boolean append(ByteBuf taken) {
                    taken.release();
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
            });
            // Two and a half read timeouts; then the clock of the origin starts to run.
            var paused = new CountDownLatch(1);
            assertTrue(!paused.await(2500, TimeUnit.MILLISECONDS) && !end.isDone(), () -> "ended: " + end);
            body.resume();
            assertEquals(new TimedOut(Phase.BODY), end.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void theCompletionTimeoutCoversEverything() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\n\r\n");
            var never = new CountDownLatch(1);
            while (!never.await(50, TimeUnit.MILLISECONDS)) peer.send("x");
        })) {
            OriginOutcome outcome = fixture.client.exchange(
                    Fixture.origin("127.0.0.1", origin.port(), 1, 1, 2), Fixture.request("GET"), null);
            assertEquals(
                    new TimedOut(Phase.COMPLETION), Fixture.collect(outcome).end());
        }
        try (var silent = ScriptedOrigin.start(ScriptedOrigin.Peer::readToEnd)) {
            OriginOutcome outcome = fixture.client.exchange(
                    Fixture.origin("127.0.0.1", silent.port(), 3, 5, 1), Fixture.request("GET"), null);
            assertEquals(new TimedOut(Phase.COMPLETION), Fixture.failure(outcome));
            assertEquals(1, silent.accepted());
        }
    }

    @Test
    void nobodyListens() throws IOException {
        int port;
        try (var origin = ScriptedOrigin.answering("")) {
            port = origin.port();
        }
        assertInstanceOf(Refused.class, Fixture.failure(fixture.get(port)));
    }

    @Test
    void eachAttemptToConnectIsBounded() throws IOException {
        // A full backlog: the kernel ignores further connection requests.
        List<Socket> fill = new ArrayList<>();
        try (var server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            for (int i = 0; i < 2; i++) fill.add(new Socket(server.getInetAddress(), server.getLocalPort()));
            long start = System.nanoTime();
            assertEquals(new TimedOut(Phase.CONNECT), Fixture.failure(fixture.get(server.getLocalPort())));
            long took = Fixture.since(start).toMillis();
            assertTrue(took >= 1900 && took < 8000, () -> "two attempts of one second took " + took);
        } finally {
            for (Socket socket : fill) socket.close();
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() throws Exception {
        try (var origin = ScriptedOrigin.start(ScriptedOrigin.Peer::readToEnd)) {
            var result = new CompletableFuture<OriginOutcome>();
            var flag = new CompletableFuture<Boolean>();
            var slow = Fixture.origin("127.0.0.1", origin.port(), 1, 60, 0);
            Thread waiting = Thread.startVirtualThread(() -> {
                result.complete(fixture.client.exchange(slow, Fixture.request("GET"), null));
                flag.complete(Thread.currentThread().isInterrupted());
            });
            Fixture.await("sent", () -> fixture.client.requestsSent() == 1);
            waiting.interrupt();
            assertInstanceOf(Broken.class, Fixture.failure(result.get(5, TimeUnit.SECONDS)));
            assertTrue(flag.get(5, TimeUnit.SECONDS));
            Fixture.await("closed", () -> fixture.client.connectionsOpen() == 0);
        }
    }

    @Test
    void closingTheClientFailsWhatIsUnderWay() throws Exception {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\n\r\nhi");
            peer.readToEnd();
        })) {
            var sink = new Collected();
            Fixture.answered(fixture.get(origin.port())).body().into(sink);
            Fixture.await("content", () -> sink.text().equals("hi"));
            fixture.client.close();
            assertEquals(new Broken(Phase.BODY, "the edge is stopping"), sink.end());
        }
    }
}
