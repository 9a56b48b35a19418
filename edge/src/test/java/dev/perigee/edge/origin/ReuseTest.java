package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Exhausted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ReuseTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private Fixture fixture = Fixture.start();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @ParameterizedTest(name = "{0} -> {1} connections for 3 requests")
    @CsvSource({
        "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi, 1",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nhi\\r\\n0\\r\\nA: b\\r\\n\\r\\n, 1",
        "HTTP/1.1 204 No Content\\r\\n\\r\\n, 1",
        "HTTP/1.1 304 Not Modified\\r\\n\\r\\n, 1",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: keep-alive\\r\\n\\r\\nhi, 1",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nhi, 3",
        "'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: x, CLOSE\\r\\n\\r\\nhi', 3",
        "HTTP/1.0 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi, 3",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi!, 3",
        "HTTP/1.1 204 No Content\\r\\nContent-Length: 2\\r\\n\\r\\nhi, 3",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhiHTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi, 3",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n\\r\\n, 3",
    })
    void aConnectionIsUsedAgainOnlyWhenNothingIsInDoubt(String answer, int connections) throws IOException {
        try (var origin = ScriptedOrigin.answering(HeadReaderTest.unescape(answer))) {
            for (int i = 0; i < 3; i++) {
                Fixture.text(fixture.get(origin.port()));
                int done = i + 1;
                // The connection is given back just after the content has ended.
                if (connections > 1) Fixture.await("closed", () -> fixture.client.connectionsOpen() == 0);
                else Fixture.await("idle", () -> fixture.client.requestsSent() == done && idle(origin.port()));
            }
            assertEquals(connections, origin.accepted());
            assertEquals(3, fixture.client.requestsSent());
        }
    }

    private boolean idle(int port) {
        try {
            return fixture.client.hasIdle(Fixture.origin(port), Fixture.request("GET"));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRequestThatMeetsAClosedIdleConnectionIsSentAgain() throws IOException {
        // The first connection answers once and dies on the second request without a byte.
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send(OK);
            if (peer.number() == 1) {
                peer.readHead();
                peer.reset();
            } else {
                peer.readToEnd();
            }
        })) {
            assertEquals("hi", Fixture.text(fixture.get(origin.port())));
            Fixture.await("idle", () -> idle(origin.port()));
            assertEquals("hi", Fixture.text(fixture.get(origin.port())));
            assertEquals(2, origin.accepted());
            assertEquals(3, fixture.client.requestsSent());
        }
    }

    @Test
    void aRequestThatIsNotIdempotentIsNeverSentTwice() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send(OK);
            peer.readHead();
            peer.reset();
        })) {
            assertEquals("hi", Fixture.text(fixture.get(origin.port())));
            Fixture.await("idle", () -> idle(origin.port()));
            assertInstanceOf(Broken.class, Fixture.failure(fixture.ask(origin.port(), "POST", null)));
            assertEquals(1, origin.accepted());
        }
    }

    @Test
    void anAnswerThatBeganIsNotAskedForAgain() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send(OK);
            peer.readHead();
            peer.send("HTTP/1.1 2");
        })) {
            assertEquals("hi", Fixture.text(fixture.get(origin.port())));
            Fixture.await("idle", () -> idle(origin.port()));
            assertInstanceOf(Broken.class, Fixture.failure(fixture.get(origin.port())));
            assertEquals(1, origin.accepted());
        }
    }

    @Test
    void anIdleConnectionThatTheOriginClosesIsForgotten() throws IOException {
        var close = new CountDownLatch(1);
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send(OK);
            close.await();
        })) {
            Fixture.text(fixture.get(origin.port()));
            Fixture.await("idle", () -> idle(origin.port()));
            close.countDown();
            Fixture.await("closed", () -> fixture.client.connectionsOpen() == 0);
            assertTrue(!idle(origin.port()));
        }
    }

    @Test
    void anIdleConnectionThatReceivesBytesIsClosed() throws IOException {
        var speak = new CountDownLatch(1);
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send(OK);
            speak.await();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned");
            peer.readToEnd();
        })) {
            Fixture.text(fixture.get(origin.port()));
            Fixture.await("idle", () -> idle(origin.port()));
            speak.countDown();
            Fixture.await("closed", () -> fixture.client.connectionsOpen() == 0);
        }
    }

    @Test
    void anIdleConnectionIsClosedAfterTheKeepaliveTimeout() throws IOException {
        try (var origin = ScriptedOrigin.answering(OK)) {
            Fixture.text(fixture.get(origin.port()));
            long start = System.nanoTime();
            Fixture.await("closed", () -> fixture.client.connectionsOpen() == 0);
            assertTrue(Fixture.since(start).toMillis() > 500, "closed too early");
        }
    }

    @Test
    void connectionsAreBoundedAndWaitingIsToo() throws Exception {
        fixture.close();
        fixture = Fixture.withConnections(2);
        try (var origin = ScriptedOrigin.start(peer -> {
            while (peer.readHead() != null) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhi");
        })) {
            OriginOutcome first = fixture.get(origin.port());
            OriginOutcome second = fixture.get(origin.port());
            long start = System.nanoTime();
            assertEquals(new Exhausted(), Fixture.failure(fixture.get(origin.port())));
            assertTrue(Fixture.since(start).toMillis() >= 900);
            Fixture.answered(first).body().discard();
            Fixture.answered(second).body().discard();
            // A discard drains what little is left; here the origin never sends it, so the read timeout ends the wait.
            Fixture.await("free again", () -> fixture.client.connectionsOpen() == 0);
            assertEquals(2, origin.accepted());
        }
    }

    @Test
    void manyRequestsShareFewConnections() throws Exception {
        fixture.close();
        fixture = Fixture.withConnections(8);
        var open = new AtomicInteger();
        var most = new AtomicInteger();
        try (var origin = ScriptedOrigin.start(peer -> {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    while (peer.readHead() != null) peer.send(OK);
                    open.decrementAndGet();
                });
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            var patient = Fixture.patient(origin.port());
            for (int i = 0; i < 500; i++) {
                answers.add(threads.submit(
                        () -> Fixture.text(fixture.client.exchange(patient, Fixture.request("GET"), null))));
            }
            for (Future<String> answer : answers) assertEquals("hi", answer.get());
            assertTrue(most.get() <= 8, () -> most + " connections at once");
            assertEquals(500, fixture.client.requestsSent());
        }
    }

    @Test
    void poolsDisappearWithTheirConnections() throws IOException {
        try (var origin =
                ScriptedOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")) {
            Fixture.text(fixture.get(origin.port()));
            Fixture.await("no pool", () -> fixture.client.pools() == 0);
        }
    }

    @Test
    void worksOnNioToo() throws IOException {
        fixture.close();
        fixture = Fixture.startNio();
        try (var origin = ScriptedOrigin.answering(OK)) {
            assertEquals("hi", Fixture.text(fixture.get(origin.port())));
            Fixture.await("idle", () -> idle(origin.port()));
            assertEquals("hi", Fixture.text(fixture.get(origin.port())));
            assertEquals(1, origin.accepted());
            origin.kill();
            Fixture.await("closed", () -> fixture.client.connectionsOpen() == 0);
        }
    }
}
