package dev.perigee.edge.origin;

import dev.perigee.core.http.Method;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Exhausted;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import dev.perigee.edge.origin.OriginFailure.Unaccepted;
import dev.perigee.edge.origin.OriginFailure.Unfit;
import dev.perigee.edge.origin.OriginOutcome.Failed;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks origins over HTTP/1.1, and over HTTP/2 for calls of gRPC. Plain blocking code on the caller's virtual thread until the head of the answer is there;
 * from then on the content flows on the event loop of the origin's connection.
 */
public final class OriginClient implements AutoCloseable {
    private final Locator locator;
    private final OriginPools pools;
    private final Connector connector;
    private final CallClient calls;
    private final Traffic traffic = new Traffic();

    /**
     * A client without connections.
     *
     * @param loops where connections live; stays the caller's
     * @param privateOrigins whether loopback and link-local addresses may be origins
     * @param extraRoots trusted beside the JDK's
     * @param identities shown to origins that plans give a client certificate for
     */
    public OriginClient(
            EventLoopGroup loops,
            OriginRoutes routes,
            boolean privateOrigins,
            List<X509Certificate> extraRoots,
            OriginIdentities identities,
            EdgeLimits limits) {
        this(loops, routes, privateOrigins, extraRoots, identities, limits, InetAddress::getAllByName);
    }

    OriginClient(
            EventLoopGroup loops,
            OriginRoutes routes,
            boolean privateOrigins,
            List<X509Certificate> extraRoots,
            OriginIdentities identities,
            EdgeLimits limits,
            OriginNames.Lookup lookup) {
        locator = new Locator(routes, identities, privateOrigins, new OriginNames(lookup, System::nanoTime));
        pools = new OriginPools(limits.originConnectionsMax());
        connector = new Connector(loops, new OriginTls(extraRoots), traffic, limits.originHeadBytesMax());
        calls = new CallClient(locator, connector, traffic, limits);
    }

    /** One call of {@link #exchange}. */
    private record Call(
            Origin origin,
            OriginRequest request,
            @Nullable RequestBody body,
            @Nullable EventLoop near,
            long completionDeadline,
            UpstreamTimes times) {
        boolean idempotent() {
            Method method = Method.of(request.method());
            return method != null && method.idempotent();
        }

        /** Only these are asked again after a timeout (CloudFront: OriginReadTimeout). */
        boolean repeatable() {
            return body == null
                    && (request.method().equals("GET") || request.method().equals("HEAD"));
        }

        Duration connectWait() {
            return Exchange.Timing.connectWait(origin, completionDeadline);
        }

        Exchange.Timing timing() {
            return Exchange.Timing.of(origin, completionDeadline, times);
        }
    }

    /** What one try came to, and whether another may follow. */
    private record Result(UpgradeOutcome outcome, boolean stale, boolean repeat) {
        static Result last(OriginFailure failure) {
            return new Result(new Failed(failure), false, false);
        }
    }

    /**
     * Sends a request and waits for the head of its answer. To be called on a virtual thread. The body, if any, is taken:
     * it is sent, or discarded when the request fails. An interrupt ends the wait and stays set.
     */
    public OriginOutcome exchange(Origin origin, OriginRequest request, @Nullable RequestBody body) {
        return exchange(origin, request, body, null, Runnable::run);
    }

    /**
     * As {@link #exchange(Origin, OriginRequest, RequestBody)}, noting what it took.
     *
     * @param near the event loop on which the answer is wanted: a connection there spares a change of thread; any other
     *     executor is as good as none
     */
    public OriginOutcome exchange(
            Origin origin,
            OriginRequest request,
            @Nullable RequestBody body,
            @Nullable UpstreamTimes times,
            Executor near) {
        return ask(origin, request, body, times, near).ordinary();
    }

    /** As {@link #exchange}, with a request for a WebSocket. */
    public UpgradeOutcome upgrade(Origin origin, OriginRequest request, @Nullable UpstreamTimes times, Executor near) {
        return ask(origin, request, null, times, near);
    }

    /** Sends a call of gRPC, over HTTP/2, and waits for the head of its answer; otherwise as {@link #exchange}. */
    public CallOutcome call(
            Origin origin,
            OriginRequest request,
            @Nullable RequestBody body,
            GrpcCall call,
            @Nullable UpstreamTimes times,
            Executor near) {
        return calls.call(origin, request, body, call, times == null ? new UpstreamTimes() : times, near);
    }

    private UpgradeOutcome ask(
            Origin origin,
            OriginRequest request,
            @Nullable RequestBody body,
            @Nullable UpstreamTimes times,
            Executor near) {
        Call call = call(origin, request, body, times, near);
        UpgradeOutcome outcome = whole(() -> attempt(call));
        if (!(outcome instanceof Failed(OriginFailure failure))) return outcome;
        if (body != null) body.discard();
        return new Failed(origin.access() instanceof OriginAccess.Certificate ? ofRefusal(failure) : failure);
    }

    /** What may be interrupted while it waits. */
    private interface Waiting {
        UpgradeOutcome outcome() throws InterruptedException;
    }

    private static UpgradeOutcome whole(Waiting waiting) {
        try {
            return waiting.outcome();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Failed(new Broken(Phase.CONNECT, "interrupted"));
        }
    }

    /** Who asks without waiting. */
    public interface Answer {
        /** Takes what came of it, on the event loop. */
        void outcome(OriginOutcome outcome);

        /** The first try did not do, and another is allowed: what remains is to be called on a virtual thread. */
        void goOn(Supplier<OriginOutcome> rest);
    }

    /**
     * As {@link #exchange(Origin, OriginRequest, RequestBody, UpstreamTimes, Executor)}, for a request without content,
     * from the event loop {@code near} itself and without a thread that waits: which takes a known address and a
     * connection that is idle on that loop.
     *
     * @return false when there is neither; nothing was done then
     */
    public boolean exchangeHere(
            Origin origin, OriginRequest request, @Nullable UpstreamTimes times, Executor near, Answer answer) {
        if (!(near instanceof EventLoop loop) || !loop.inEventLoop() || request.upgrade()) return false;
        // What an alert means to those is judged where they are waited for.
        if (origin.access() instanceof OriginAccess.Certificate) return false;
        Call call = call(origin, request, null, times, near);
        List<Target> targets = new ArrayList<>(2);
        long begun = System.nanoTime();
        if (RequestForm.fault(request) != null || locateHere(call, targets) != null) return false;
        OriginPool pool = pools.find(choose(targets, 0));
        OriginConnection idle = pool == null ? null : pool.enterAndTakeIdle(loop);
        if (idle == null) return false;
        call.times().resolved(System.nanoTime() - begun);
        idle.start(new Here(call, targets, idle, answer).exchange);
        return true;
    }

    /** The first try of a call that nobody waits for. */
    private final class Here implements Exchange.Asking {
        private final Call call;
        private final List<Target> targets;
        private final Answer answer;
        private final Exchange exchange;
        private final long begun = System.nanoTime();
        private boolean complete;

        private Here(Call call, List<Target> targets, OriginConnection connection, Answer answer) {
            this.call = call;
            this.targets = targets;
            this.answer = answer;
            exchange = exchange(call, connection, this);
        }

        @Override
        public boolean complete(UpgradeOutcome outcome) {
            if (complete) return true;
            complete = true;
            call.times().answered(System.nanoTime() - begun);
            Result result = judge(call, exchange, outcome, true);
            if (result.stale() || result.repeat()) {
                answer.goOn(() -> whole(() -> goOn(call, targets, result)).ordinary());
            } else {
                answer.outcome(outcome.ordinary());
            }
            return true;
        }
    }

    private static Call call(
            Origin origin,
            OriginRequest request,
            @Nullable RequestBody body,
            @Nullable UpstreamTimes times,
            Executor near) {
        return new Call(
                origin,
                request,
                body,
                near instanceof EventLoop loop ? loop : null,
                Exchange.Timing.completionDeadline(origin),
                times == null ? new UpstreamTimes() : times);
    }

    /** An origin says with an alert that it does not take a certificate; with TLS 1.3 only after the handshake. */
    private static OriginFailure ofRefusal(OriginFailure failure) {
        String reason = switch (failure) {
            case OriginFailure.Untrusted(String why) -> why;
            case Broken(Phase phase, String why) when phase != Phase.BODY -> why;
            default -> "";
        };
        return reason.toLowerCase(Locale.ROOT).contains("alert") ? new Unaccepted(reason) : failure;
    }

    private UpgradeOutcome attempt(Call call) throws InterruptedException {
        if (call.request().upgrade() && call.origin().access() instanceof OriginAccess.Certificate) {
            // Developer guide, "Origin mutual TLS": WebSocket is not supported for such origins.
            return new Failed(new Unfit("no WebSocket with a client certificate"));
        }
        String fault = RequestForm.fault(call.request());
        if (fault != null) return new Failed(new Unfit(fault));
        List<Target> targets = new ArrayList<>();
        long begun = System.nanoTime();
        OriginFailure unreachable = locator.locate(call.origin(), call.request(), targets, call.connectWait());
        call.times().resolved(System.nanoTime() - begun);
        if (unreachable != null) return new Failed(unreachable);
        return goOn(call, targets, once(call, choose(targets, 0), false));
    }

    /** What the first try came to, or what further ones come to where they are allowed. */
    private UpgradeOutcome goOn(Call call, List<Target> targets, Result first) throws InterruptedException {
        Result result = first;
        boolean fresh = false;
        for (int tried = 0; ; ) {
            if (result.stale() && !fresh) {
                // The origin closed an idle connection while the request was on its way: that was no attempt.
                fresh = true;
                result = once(call, choose(targets, tried), true);
            }
            if (!result.repeat() || tried + 1 >= call.origin().connectionAttempts()) return result.outcome();
            if (call.completionDeadline() - System.nanoTime() <= 0) {
                return new Failed(new TimedOut(Phase.COMPLETION));
            }
            tried++;
            result = once(call, choose(targets, tried), fresh);
        }
    }

    /** Where it can be reached as far as that is known. */
    private @Nullable OriginFailure locateHere(Call call, List<Target> targets) {
        try {
            return locator.locate(call.origin(), call.request(), targets, Duration.ZERO);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nothing waits", e);
        }
    }

    /** One address per attempt, in order; the first attempt prefers an address with an idle connection. */
    private Target choose(List<Target> targets, int tried) {
        if (tried == 0 && targets.size() > 1) {
            for (Target target : targets) {
                if (pools.hasIdle(target)) return target;
            }
        }
        return targets.get(tried % targets.size());
    }

    private Result once(Call call, Target target, boolean fresh) throws InterruptedException {
        OriginPool pool = pools.hold(target);
        try {
            if (!pool.enter(call.connectWait())) return Result.last(new Exhausted());
            OriginConnection idle = fresh ? null : pool.takeIdle(call.near());
            if (idle != null) return send(call, idle, true);
            if (fresh) pool.dropOldest();
            return connectAndSend(call, target, pool);
        } finally {
            pools.drop(target);
        }
    }

    /** With a permit, which goes to the connection if there is one. */
    private Result connectAndSend(Call call, Target target, OriginPool pool) throws InterruptedException {
        Connector.Attempt<OriginConnection> attempt = null;
        long begun = System.nanoTime();
        try {
            attempt = connector.connect(target, pool, pools, call.near(), call.connectWait());
        } finally {
            if (!(attempt instanceof Connector.Attempt.Connected)) pool.leave();
        }
        return switch (attempt) {
            case Connector.Attempt.Connected(OriginConnection connection) -> {
                call.times().connected(System.nanoTime() - begun);
                yield send(call, connection, false);
            }
            case Connector.Attempt.NotConnected(OriginFailure failure) -> {
                boolean certain = failure instanceof OriginFailure.Untrusted;
                yield new Result(new Failed(failure), false, !certain);
            }
        };
    }

    private Result send(Call call, OriginConnection connection, boolean reused) throws InterruptedException {
        var waiting = new CompletableFuture<UpgradeOutcome>();
        var exchange = exchange(call, connection, waiting::complete);
        try {
            connection.begin(exchange);
        } catch (RejectedExecutionException e) {
            connection.pool().leave();
            return Result.last(new Broken(Phase.REQUEST, "the edge is stopping"));
        }
        long begun = System.nanoTime();
        UpgradeOutcome outcome = await(exchange, waiting);
        call.times().answered(System.nanoTime() - begun);
        return judge(call, exchange, outcome, reused);
    }

    private Exchange exchange(Call call, OriginConnection connection, Exchange.Asking asking) {
        return new Exchange(connection, call.request(), call.body(), call.timing(), traffic, asking);
    }

    private static Result judge(Call call, Exchange exchange, UpgradeOutcome outcome, boolean reused) {
        if (!(outcome instanceof Failed(OriginFailure failure))) return new Result(outcome, false, false);
        boolean stale = reused && failure instanceof Broken && exchange.mayBeSentAgain(call.idempotent());
        boolean silent = failure instanceof TimedOut(Phase phase) && phase == Phase.FIRST_BYTE;
        return new Result(outcome, stale, silent && call.repeatable());
    }

    /** The exchange's loop keeps the time and fails what is under way when it ends: this wait needs no clock of its own. */
    private static UpgradeOutcome await(Exchange exchange, CompletableFuture<UpgradeOutcome> waiting)
            throws InterruptedException {
        try {
            return waiting.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("outcomes are values", e);
        } catch (InterruptedException e) {
            abandon(exchange, waiting, new Broken(Phase.FIRST_BYTE, "interrupted"));
            throw e;
        }
    }

    /** It waits no longer; an answer that comes all the same is given up. */
    private static void abandon(Exchange exchange, CompletableFuture<UpgradeOutcome> waiting, OriginFailure failure) {
        if (!waiting.complete(new Failed(failure))) {
            switch (waiting.join()) {
                case OriginOutcome.Answered(ResponseHead _, OriginBody late) -> late.discard();
                case UpgradeOutcome.Switched(ResponseHead _, TunnelEnd late) -> late.discard();
                case Failed _ -> {}
            }
        }
        exchange.post(() -> exchange.fail(failure), () -> {});
    }

    /** Requests written to a connection, retries included. */
    public long requestsSent() {
        return traffic.requests().sum();
    }

    /** Content bytes received. */
    public long bytesReceived() {
        return traffic.bytes().sum();
    }

    /** Connections open now, in use or idle. */
    public long connectionsOpen() {
        return Math.max(0, traffic.opened().sum() - traffic.closed().sum());
    }

    /** Pools that exist, for tests: each costs memory. */
    int pools() {
        return pools.size();
    }

    /** Permits to use a connection that are taken now, for tests. */
    int inUse() {
        return pools.inUse();
    }

    /** Whether a request would find an idle connection to the first address, for tests. */
    boolean hasIdle(Origin origin, OriginRequest request) throws InterruptedException {
        List<Target> targets = new ArrayList<>();
        Call call = call(origin, request, null, null, Runnable::run);
        var unreachable = locator.locate(call.origin(), call.request(), targets, call.connectWait());
        return unreachable == null && pools.hasIdle(targets.getFirst());
    }

    /** Closes all connections; what is under way on them fails. Not to be called on an event loop. */
    @Override
    public void close() {
        pools.close();
        connector.close();
        locator.close();
    }
}
