package dev.perigee.edge.origin;

import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.origin.CallOutcome.Failed;
import dev.perigee.edge.origin.CallOutcome.Refused;
import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Exhausted;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import dev.perigee.edge.origin.OriginFailure.ViewerGone;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Sends calls to origins over HTTP/2 with TLS. Blocking code on the caller's virtual thread until the head is there. */
final class CallClient {
    /** Connections that turn out to have no room for a call that was meant for them, before it is given up. */
    private static final int ROUNDS_MAX = 8;

    private final Locator locator;
    private final Connector connector;
    private final Traffic traffic;
    private final EdgeLimits limits;
    private final ConcurrentHashMap<Target, CallPool> pools = new ConcurrentHashMap<>();

    CallClient(Locator locator, Connector connector, Traffic traffic, EdgeLimits limits) {
        this.locator = locator;
        this.connector = connector;
        this.traffic = traffic;
        this.limits = limits;
    }

    private record Asked(
            Origin origin,
            OriginRequest request,
            @Nullable RequestBody body,
            GrpcCall call,
            UpstreamTimes times,
            @Nullable EventLoop near,
            long completionDeadline) {
        Duration connectWait() {
            return Exchange.Timing.connectWait(origin, completionDeadline);
        }

        Exchange.Timing timing() {
            return Exchange.Timing.of(origin, completionDeadline, times);
        }
    }

    /** As {@link OriginClient#call}. */
    CallOutcome call(
            Origin origin,
            OriginRequest request,
            @Nullable RequestBody body,
            GrpcCall call,
            UpstreamTimes times,
            Executor near) {
        EventLoop loop = near instanceof EventLoop known ? known : null;
        var asked = new Asked(origin, request, body, call, times, loop, Exchange.Timing.completionDeadline(origin));
        CallOutcome outcome;
        try {
            outcome = attempt(asked);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcome = new Failed(new Broken(Phase.CONNECT, "interrupted"));
        }
        if (!(outcome instanceof CallOutcome.Answered) && body != null) body.discard();
        return outcome;
    }

    private CallOutcome attempt(Asked asked) throws InterruptedException {
        // Developer guide, "Enable origin mutual TLS": gRPC is not supported for such origins.
        if (asked.origin().access() instanceof OriginAccess.Certificate) return unfit("with a client certificate");
        if (!asked.request().tls()) return unfit("without HTTPS");
        String fault = RequestForm.fault(asked.request());
        if (fault != null) return unfit(fault);
        List<Target> targets = new ArrayList<>();
        long begun = System.nanoTime();
        OriginFailure unreachable = locator.locate(asked.origin(), asked.request(), targets, asked.connectWait());
        asked.times().resolved(System.nanoTime() - begun);
        if (unreachable != null) return new Failed(unreachable);
        if (!targets.getFirst().tls()) return unfit("without HTTPS");
        return attempt(asked, targets);
    }

    private static CallOutcome unfit(String reason) {
        return new Failed(new OriginFailure.Unfit(reason));
    }

    private CallOutcome attempt(Asked asked, List<Target> targets) throws InterruptedException {
        OriginFailure last = new Exhausted();
        int tried = 0;
        for (int round = 0; round < ROUNDS_MAX && tried < asked.origin().connectionAttempts(); round++) {
            if (asked.call().isCancelled()) return new Failed(new ViewerGone());
            if (asked.completionDeadline() - System.nanoTime() <= 0) {
                return new Failed(new TimedOut(Phase.COMPLETION));
            }
            CallPool.Place place = enter(targets.get(tried % targets.size()), asked);
            if (place == null) return new Failed(new Exhausted());
            switch (connected(targets.get(tried % targets.size()), place, asked)) {
                case Connector.Attempt.NotConnected<CallConnection>(OriginFailure failure) -> {
                    place.slot().leave();
                    if (failure instanceof OriginFailure.Untrusted) {
                        return new Failed(failure);
                    }
                    last = failure;
                    tried++;
                }
                case Connector.Attempt.Connected<CallConnection>(CallConnection connection) -> {
                    Sending sending = send(asked, connection, place.slot());
                    if (sending.begun()) return sending.outcome();
                }
            }
        }
        return new Failed(last);
    }

    private CallPool.@Nullable Place enter(Target target, Asked asked) throws InterruptedException {
        while (true) {
            CallPool pool = pools.computeIfAbsent(
                    target,
                    _ -> new CallPool(
                            limits.originConnectionsMax(), limits.http2().streamsMax()));
            CallPool.Place place = pool.enter(asked.near(), asked.connectWait());
            if (place != null || !pool.isOver()) return place;
            pools.remove(target, pool);
        }
    }

    private Connector.Attempt<CallConnection> connected(Target target, CallPool.Place place, Asked asked)
            throws InterruptedException {
        try {
            return connection(target, place, asked);
        } catch (InterruptedException e) {
            place.slot().leave();
            throw e;
        }
    }

    /** The connection of a place, made now if that falls to this call. */
    private Connector.Attempt<CallConnection> connection(Target target, CallPool.Place place, Asked asked)
            throws InterruptedException {
        CallPool.Slot slot = place.slot();
        if (!place.fresh()) return CallPool.await(slot, asked.connectWait());
        Connector.Attempt<CallConnection> attempt = null;
        long begun = System.nanoTime();
        try {
            var opening = new Opening(target, slot, asked.timing().keepaliveNanos());
            attempt = connector.connect(target, opening, asked.near(), asked.connectWait());
            asked.times().connected(System.nanoTime() - begun);
            return attempt;
        } finally {
            if (!(attempt instanceof Connector.Attempt.Connected)) {
                slot.retire();
                if (attempt == null)
                    attempt = new Connector.Attempt.NotConnected<>(new Broken(Phase.CONNECT, "interrupted"));
                drop(target);
            }
            slot.made().complete(attempt);
        }
    }

    private void drop(Target target) {
        CallPool pool = pools.get(target);
        if (pool != null && pool.endIfUnused()) pools.remove(target, pool);
    }

    /** What sending came to; not begun when the connection turned out to take no more calls. */
    private record Sending(CallOutcome outcome, boolean begun) {}

    private Sending send(Asked asked, CallConnection connection, CallPool.Slot slot) throws InterruptedException {
        var waiting = new CompletableFuture<CallOutcome>();
        var stream = new CallStream(
                connection,
                asked.request(),
                asked.body(),
                asked.call(),
                asked.timing(),
                limits.http2().streamWindowBytes(),
                traffic,
                waiting::complete);
        try {
            connection.begin(stream);
        } catch (RejectedExecutionException e) {
            slot.leave();
            return new Sending(new Failed(new Broken(Phase.REQUEST, "the edge is stopping")), true);
        }
        long begun = System.nanoTime();
        asked.call().whenCancelled(() -> stream.post(() -> stream.fail(new ViewerGone()), () -> {}));
        CallOutcome outcome = await(stream, waiting);
        asked.times().answered(System.nanoTime() - begun);
        return new Sending(outcome, !(outcome instanceof Refused) || stream.begun());
    }

    private static CallOutcome await(CallStream stream, CompletableFuture<CallOutcome> waiting)
            throws InterruptedException {
        try {
            return waiting.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("outcomes are values", e);
        } catch (InterruptedException e) {
            OriginFailure failure = new Broken(Phase.FIRST_BYTE, "interrupted");
            if (!waiting.complete(new Failed(failure))
                    && waiting.join() instanceof CallOutcome.Answered(var unused, OriginBody late, boolean _)) {
                late.discard();
            }
            stream.post(() -> stream.fail(failure), () -> {});
            throw e;
        }
    }

    /** One connection for calls. */
    private final class Opening implements Connector.Opening<CallConnection> {
        private final Target target;
        private final CallPool.Slot slot;
        private final long keepaliveNanos;

        private Opening(Target target, CallPool.Slot slot, long keepaliveNanos) {
            this.target = target;
            this.slot = slot;
            this.keepaliveNanos = keepaliveNanos;
        }

        @Override
        public boolean http2() {
            return true;
        }

        @Override
        public CallConnection on(Channel channel, boolean secure) {
            return new CallConnection(
                    channel, slot, limits.http2(), limits.originHeadBytesMax(), connector.texts(), keepaliveNanos);
        }

        @Override
        public void opened() {
            // The slot stands for it.
        }

        @Override
        public void closed() {
            drop(target);
        }

        @Override
        public void ready(CallConnection connection, CompletableFuture<Connector.Attempt<CallConnection>> made) {
            SslHandler tls = connection.channel().pipeline().get(SslHandler.class);
            if (tls == null || !ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
                made.complete(new Connector.Attempt.NotConnected<>(
                        new OriginFailure.Untrusted("the origin does not speak HTTP/2")));
                var _ = connection.channel().close();
                return;
            }
            var _ = connection
                    .channel()
                    .closeFuture()
                    .addListener(_ -> made.complete(new Connector.Attempt.NotConnected<>(
                            new Broken(Phase.CONNECT, "closed before HTTP/2 began"))));
            connection.open(() -> {
                if (!made.complete(new Connector.Attempt.Connected<>(connection))) {
                    var _ = connection.channel().close();
                }
            });
        }
    }
}
