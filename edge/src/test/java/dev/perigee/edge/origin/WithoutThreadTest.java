package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Origin;
import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that are asked on the event loop itself, and go over to a thread only when they have to. */
@Timeout(60)
class WithoutThreadTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private final Fixture fixture = Fixture.start();
    private final EventLoop loop = fixture.loops.next();

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** Notes what it is told. */
    private final class Noted implements OriginClient.Answer {
        final CompletableFuture<OriginOutcome> outcome = new CompletableFuture<>();
        final CompletableFuture<Supplier<OriginOutcome>> rest = new CompletableFuture<>();
        boolean elsewhere;

        @Override
        public void outcome(OriginOutcome answer) {
            elsewhere |= !loop.inEventLoop();
            outcome.complete(answer);
        }

        @Override
        public void goOn(Supplier<OriginOutcome> remaining) {
            elsewhere |= !loop.inEventLoop();
            rest.complete(remaining);
        }
    }

    private boolean ask(Origin origin, OriginRequest request, Noted noted) throws Exception {
        return loop.submit(() -> fixture.client.exchangeHere(origin, request, null, loop, noted))
                .get(10, TimeUnit.SECONDS);
    }

    /** Leaves an idle connection behind. */
    private void connect(Origin origin, EventLoop where) {
        OriginOutcome first = fixture.client.exchange(origin, Fixture.request("GET"), null, null, where);
        assertEquals("hi", Fixture.text(first));
        Fixture.await("idle", () -> fixture.client.inUse() == 0);
    }

    @Test
    void anIdleConnectionOfTheLoopIsUsedThere() throws Exception {
        try (var server = ScriptedOrigin.answering(OK)) {
            Origin origin = Fixture.patient(server.port());
            connect(origin, loop);
            for (int i = 0; i < 3; i++) {
                var noted = new Noted();
                assertTrue(ask(origin, Fixture.request("GET"), noted));
                assertEquals("hi", Fixture.text(noted.outcome.get(10, TimeUnit.SECONDS)));
                assertFalse(noted.elsewhere);
                Fixture.await("idle", () -> fixture.client.inUse() == 0);
            }
            assertEquals(1, server.accepted());
        }
    }

    @Test
    void withoutSuchAConnectionNothingIsDone() throws Exception {
        try (var server = ScriptedOrigin.answering(OK)) {
            Origin origin = Fixture.patient(server.port());
            assertFalse(ask(origin, Fixture.request("GET"), new Noted()), "no connection at all");
            EventLoop other = fixture.loops.next();
            if (other == loop) other = fixture.loops.next();
            connect(origin, other);
            assertFalse(ask(origin, Fixture.request("GET"), new Noted()), "one on another loop");
            connect(origin, loop);
            assertFalse(ask(origin, Fixture.request("G T"), new Noted()), "a request that cannot be written");
            assertFalse(
                    fixture.client.exchangeHere(origin, Fixture.request("GET"), null, loop, new Noted()),
                    "called from elsewhere");
            assertEquals(0, fixture.client.inUse());
        }
    }

    @Test
    void aConnectionThatTheOriginHasClosedIsNoAttempt() throws Exception {
        try (var server = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send(OK);
            if (peer.number() == 1) {
                peer.readHead();
                peer.reset();
            } else {
                peer.readToEnd();
            }
        })) {
            Origin origin = Fixture.patient(server.port());
            connect(origin, loop);
            var noted = new Noted();
            assertTrue(ask(origin, Fixture.request("GET"), noted));
            assertEquals("hi", Fixture.text(noted.rest.get(10, TimeUnit.SECONDS).get()));
            assertFalse(noted.outcome.isDone());
            assertFalse(noted.elsewhere);
            assertEquals(2, server.accepted());
        }
    }

    @Test
    void anAnswerThatBrokeOffIsTheOutcome() throws Exception {
        try (var server = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send(OK);
            peer.readHead();
            peer.send("HTTP/1.1 2");
        })) {
            Origin origin = Fixture.patient(server.port());
            connect(origin, loop);
            var noted = new Noted();
            assertTrue(ask(origin, Fixture.request("GET"), noted));
            OriginFailure failure = Fixture.failure(noted.outcome.get(10, TimeUnit.SECONDS));
            assertEquals(new Broken(Phase.FIRST_BYTE, "connection closed"), failure);
            assertEquals(1, server.accepted());
        }
    }

    @Test
    void silenceCountsAsAnAttempt() throws Exception {
        try (var server = ScriptedOrigin.start(peer -> {
            peer.readHead();
            if (peer.number() == 1) peer.send(OK);
            peer.readToEnd();
        })) {
            Origin origin = Fixture.origin(server.port());
            connect(origin, loop);
            var noted = new Noted();
            assertTrue(ask(origin, Fixture.request("GET"), noted));
            OriginOutcome outcome = noted.rest.get(10, TimeUnit.SECONDS).get();
            assertEquals(new TimedOut(Phase.FIRST_BYTE), Fixture.failure(outcome));
            // Two attempts are allowed: the first was made on the loop.
            assertEquals(2, server.accepted());
        }
    }

    @Test
    void closingTheClientFailsWhatIsUnderWay() throws Exception {
        try (var server = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send(OK);
            peer.readToEnd();
        })) {
            Origin origin = Fixture.origin("127.0.0.1", server.port(), 1, 60, 0);
            connect(origin, loop);
            var noted = new Noted();
            assertTrue(ask(origin, Fixture.request("POST"), noted));
            fixture.client.close();
            OriginFailure failure = Fixture.failure(noted.outcome.get(10, TimeUnit.SECONDS));
            assertEquals(new Broken(Phase.FIRST_BYTE, "the edge is stopping"), failure);
        }
    }
}
