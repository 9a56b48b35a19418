package dev.perigee.edge.net;

import dev.perigee.core.plan.Distribution;
import dev.perigee.core.serve.Offer;
import dev.perigee.edge.EdgeConfig;
import dev.perigee.edge.log.AccessLog;
import dev.perigee.edge.serve.LoopState;
import dev.perigee.edge.serve.Pipeline;
import dev.perigee.edge.serve.Plans;
import dev.perigee.edge.serve.RequestIds;
import dev.perigee.edge.traffic.TrafficLedger;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The sockets of an edge that viewers connect to. */
public final class Listeners implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final int LOG_FLUSH_MILLIS = 500;
    /**
     * Four pieces of content, which go to the socket in one write: at 2 MiB, larger writes cost two thirds (decision 011).
     * What waits is shared with the store as far as it is stored.
     */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final EdgeConfig config;
    private final EventLoopGroup loops;
    private final Pipeline pipeline;
    private final ResponseHeads heads;
    private final Http2Heads http2Heads;
    private final Http3Heads http3Heads;
    private final Http3Listener http3;
    private final Plans plans;
    private final ViewerTls tls;
    private final Connections connections;
    private final ProxyHeaders proxyHeaders;
    private final LoopThreads threads;
    private final IdentityHashMap<EventExecutor, LoopContext> contexts = new IdentityHashMap<>();
    private final List<Channel> channels = new ArrayList<>();

    /** Prepares; {@link #open} binds. */
    public Listeners(
            EdgeConfig config,
            EventLoopGroup loops,
            Plans plans,
            Pipeline pipeline,
            AccessLog log,
            TrafficLedger traffic,
            String pop)
            throws IOException {
        this.config = config;
        this.loops = loops;
        this.pipeline = pipeline;
        this.plans = plans;
        AltSvc altSvc = new AltSvc();
        this.heads = new ResponseHeads(pop, altSvc);
        this.http2Heads = new Http2Heads(pop, altSvc);
        this.http3Heads = new Http3Heads(pop, altSvc);
        this.tls = ViewerTls.of(config, plans);
        this.connections = new Connections(config.limits().connectionsMax());
        this.proxyHeaders =
                new ProxyHeaders(config.proxies(), config.limits().headTimeout().toMillis());
        this.http3 = new Http3Listener(
                loops, config.limits(), plans, tls.quic(), connections, altSvc, this::http3Connection);
        this.threads = new LoopThreads("edge-" + config.pop());
        for (EventExecutor loop : loops) {
            LoopState state = new LoopState(
                    new RequestIds(), log.buffer(), traffic.ofLoop(config.geo()), loop, threads.of((EventLoop) loop));
            contexts.put(loop, new LoopContext(state, config.limits()));
            // A process that is killed is to lose the lines of less than a second.
            loop.scheduleAtFixedRate(state.log()::flush, LOG_FLUSH_MILLIS, LOG_FLUSH_MILLIS, TimeUnit.MILLISECONDS);
            loop.scheduleAtFixedRate(state.traffic()::handOver, 1, 1, TimeUnit.SECONDS);
        }
    }

    /**
     * Binds an address.
     *
     * @throws BindException naming it, when it cannot be had
     */
    public InetSocketAddress open(InetSocketAddress address, boolean secure) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channelFactory(Transport.serverChannels(address.getAddress()))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new Initializer(secure));
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            BindException failure = new BindException(address.getAddress().getHostAddress() + ":" + address.getPort()
                    + " cannot be bound: " + bound.cause().getMessage());
            failure.initCause(bound.cause());
            throw failure;
        }
        channels.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /** Binds a port for HTTP/3: the same as of this listener over TLS, if it is free. */
    public InetSocketAddress openHttp3(InetSocketAddress secure) throws IOException {
        InetSocketAddress bound = http3.open(secure);
        planInstalled();
        return bound;
    }

    /** The plan in force is another now. */
    public void planInstalled() {
        tls.planInstalled();
        for (Distribution distribution : plans.current().plan().distributions()) {
            if (!Offer.http3(distribution)) continue;
            http3.begin();
            break;
        }
    }

    private Http3Connection http3Connection(QuicChannel channel, QuicHandshakes handshakes) {
        return new Http3Connection(
                channel, config.limits(), pipeline, http3Heads, connections, context(channel), handshakes);
    }

    private LoopContext context(Channel channel) {
        LoopContext context = contexts.get(channel.eventLoop());
        if (context == null) throw new IllegalStateException("a channel on a foreign event loop");
        return context;
    }

    public int connections() {
        return connections.count();
    }

    /** Connections of proxies that did not say well for whom they are. */
    public long proxyHeadersRefused() {
        return proxyHeaders.refusals();
    }

    private final class Initializer extends ChannelInitializer<Channel> {
        private final boolean secure;

        private Initializer(boolean secure) {
            this.secure = secure;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (!connections.admit()) {
                channel.close();
                return;
            }
            channel.closeFuture().addListener(_ -> connections.left());
            proxyHeaders.ask(channel, viewer -> begin(channel, viewer));
        }

        private void begin(Channel channel, InetSocketAddress viewer) {
            if (secure) {
                TlsNames names = new TlsNames(false);
                HeldFlush last = new HeldFlush();
                channel.pipeline()
                        .addLast(last)
                        .addLast(tls.handler(names))
                        .addLast(new Negotiation(
                                names, () -> http1(channel, viewer, names, last), () -> http2(channel, viewer, names)));
            } else {
                channel.pipeline().addLast(http1(channel, viewer, null, null));
            }
        }

        private Http1Connection http1(
                Channel channel, InetSocketAddress viewer, @Nullable TlsNames names, @Nullable HeldFlush last) {
            LoopContext context = context(channel);
            // A TLS record that is not whole yet would keep the shared buffer from everybody else.
            if (names == null) channel.config().setRecvByteBufAllocator(context.reads);
            return new Http1Connection(
                    channel, viewer, config.limits(), pipeline, heads, connections, context, names, last);
        }

        private Http2Connection http2(Channel channel, InetSocketAddress viewer, TlsNames names) {
            return new Http2Connection(
                    channel, viewer, config.limits(), pipeline, http2Heads, connections, context(channel), names);
        }
    }

    /** Has every event loop hand over the log lines of requests that have ended. */
    public void flushLogs() {
        for (Map.Entry<EventExecutor, LoopContext> entry : contexts.entrySet()) {
            entry.getKey().submit(entry.getValue().state.log()::flush).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }

    /** Has every event loop hand over what it has counted. */
    public void handTrafficOver() {
        for (Map.Entry<EventExecutor, LoopContext> entry : contexts.entrySet()) {
            entry.getKey().submit(entry.getValue().state.traffic()::handOver).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }

    /** Stops listening, waits for responses under way as long as the limits allow, then closes all connections. */
    @Override
    public void close() {
        for (Channel channel : channels) channel.close().awaitUninterruptibly();
        http3.refuse();
        connections.drain();
        await(config.limits().drain().toNanos());
        connections.abort();
        await(TimeUnit.SECONDS.toNanos(1));
        // QUIC's connections live on these.
        http3.close();
        for (Map.Entry<EventExecutor, LoopContext> entry : contexts.entrySet()) {
            entry.getKey().submit(entry.getValue()::close).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        threads.close();
        tls.close();
    }

    private void await(long nanos) {
        long due = System.nanoTime() + nanos;
        while (!connections.isEmpty() && due - System.nanoTime() > 0) {
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
