package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Origin;
import dev.perigee.edge.EdgeLimits;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A client with short limits, its event loops, and a watch on buffers that are never released. */
final class Fixture implements AutoCloseable {
    private final List<String> leaks = new CopyOnWriteArrayList<>();
    final EventLoopGroup loops;
    final OriginRoutes routes = new OriginRoutes();
    final OriginIdentities identities = new OriginIdentities();
    final OriginClient client;

    private Fixture(EventLoopGroup loops, boolean privateOrigins, List<X509Certificate> roots, int connectionsMax) {
        ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + " " + records));
        this.loops = loops;
        client = new OriginClient(loops, routes, privateOrigins, roots, identities, limits(connectionsMax));
    }

    static Fixture start() {
        return new Fixture(loops(), true, List.of(), 64);
    }

    static Fixture startNio() {
        return new Fixture(new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()), true, List.of(), 64);
    }

    static Fixture guarded() {
        return new Fixture(loops(), false, List.of(), 64);
    }

    static Fixture trusting(X509Certificate... roots) {
        return new Fixture(loops(), true, List.of(roots), 64);
    }

    static Fixture withConnections(int max) {
        return new Fixture(loops(), true, List.of(), max);
    }

    private static EventLoopGroup loops() {
        return new MultiThreadIoEventLoopGroup(
                2, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    private static EdgeLimits limits(int connectionsMax) {
        EdgeLimits base = EdgeLimits.defaults();
        return new EdgeLimits(
                base.requestLineBytesMax(),
                base.headBytesMax(),
                base.fieldsMax(),
                base.contentBytesMax(),
                base.headTimeout(),
                base.idleTimeout(),
                base.stallTimeout(),
                base.handshakeTimeout(),
                base.connectionsMax(),
                base.fetchesMax(),
                connectionsMax,
                8192,
                base.memoryBytes(),
                base.diskBytes(),
                base.objectBytesMax(),
                base.blockBytes(),
                base.windowBytes(),
                base.tunnelIdle(),
                base.http2(),
                base.drain());
    }

    /** An origin on loopback: two attempts, all timeouts one second, no limit to the whole. */
    static Origin origin(int port) {
        return origin("127.0.0.1", port, 2, 1, 0);
    }

    static Origin origin(String host, int port, int attempts, int readTimeout, int completionTimeout) {
        return origin(host, port, attempts, 1, readTimeout, completionTimeout);
    }

    /** An origin that patience meets: for tests that load the machine. */
    static Origin patient(int port) {
        return origin("127.0.0.1", port, 2, 10, 30, 0);
    }

    private static Origin origin(
            String host, int port, int attempts, int connectTimeout, int readTimeout, int completionTimeout) {
        return Origin.builder("o", host)
                .httpPort(port)
                .httpsPort(port)
                .protocolPolicy(Origin.ProtocolPolicy.MATCH_VIEWER)
                .connectionAttempts(attempts)
                .connectTimeout(connectTimeout)
                .readTimeout(readTimeout)
                .keepaliveTimeout(1)
                .completionTimeout(completionTimeout)
                .build();
    }

    static OriginRequest request(String method, String... fields) {
        Fields.Builder all = Fields.builder(4).add("Host", "origin.test");
        for (int i = 0; i < fields.length; i += 2) all.add(fields[i], fields[i + 1]);
        return new OriginRequest(method, "/path?query", all.build(), false, "origin.test");
    }

    OriginOutcome get(int port) {
        return client.exchange(origin(port), request("GET"), null);
    }

    OriginOutcome ask(int port, String method, @Nullable RequestBody body) {
        return client.exchange(origin(port), request(method), body);
    }

    static OriginOutcome.Answered answered(OriginOutcome outcome) {
        return assertInstanceOf(OriginOutcome.Answered.class, outcome, () -> "not answered: " + outcome);
    }

    static OriginFailure failure(OriginOutcome outcome) {
        return assertInstanceOf(OriginOutcome.Failed.class, outcome).failure();
    }

    /** Reads the content to its end. */
    static Collected collect(OriginOutcome outcome) {
        var sink = new Collected();
        answered(outcome).body().into(sink);
        sink.end();
        return sink;
    }

    static String text(OriginOutcome outcome) {
        Collected sink = collect(outcome);
        assertEquals("complete", sink.end());
        return sink.text();
    }

    /** Polls what another thread brings about. */
    static void await(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) throw new AssertionError("never came true: " + what);
            LockSupport.parkNanos(200_000);
        }
    }

    @Override
    public void close() {
        client.close();
        await("all connections are closed", () -> client.connectionsOpen() == 0);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        // A lost buffer is reported when the next one is made after it was collected.
        System.gc();
        PooledByteBufAllocator.DEFAULT.buffer(16).release();
        ByteBufAllocator.DEFAULT.buffer(16).release();
        assertEquals(List.of(), leaks, "buffers leaked");
    }

    /** Time since a reading of the clock. */
    static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
