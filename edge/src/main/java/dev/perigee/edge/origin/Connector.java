package dev.perigee.edge.origin;

import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.Refused;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import dev.perigee.edge.origin.OriginFailure.Untrusted;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes connections: TCP, then TLS, both within the time of one attempt. */
final class Connector implements AutoCloseable {
    private static final String HANDLER = "connection";

    private final EventLoopGroup loops;
    private final Class<? extends SocketChannel> channelType;
    private final OriginTls tls;
    private final Traffic traffic;
    private final int headBytesMax;
    private final KnownTexts texts = new KnownTexts();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A connection or a failure. */
    sealed interface Attempt<C> {
        record Connected<C>(C connection) implements Attempt<C> {}

        record NotConnected<C>(OriginFailure failure) implements Attempt<C> {}
    }

    /** What a connection is to who makes it; a handler of its channel. */
    interface Connection extends ChannelHandler {
        Channel channel();

        /** Gives up whatever is under way, because the client is being closed. */
        void shutDown();
    }

    /** What is to be made. */
    interface Opening<C extends Connection> {
        /** Whether TLS is to agree on HTTP/2. */
        boolean http2();

        C on(Channel channel, boolean secure);

        /** There is a connection, not yet ready; {@link #closed} follows. */
        void opened();

        void closed();

        /** TCP and TLS are there. Tells, now or later, whether it can be used. */
        void ready(C connection, CompletableFuture<Attempt<C>> made);
    }

    Connector(EventLoopGroup loops, OriginTls tls, Traffic traffic, int headBytesMax) {
        this.loops = loops;
        this.tls = tls;
        this.traffic = traffic;
        this.headBytesMax = headBytesMax;
        channelType = loops instanceof IoEventLoopGroup io && io.isIoType(EpollIoHandler.class)
                ? EpollSocketChannel.class
                : NioSocketChannel.class;
    }

    /** Waits for a connection of HTTP/1.1, which holds its pool until it closes. */
    Attempt<OriginConnection> connect(
            Target target, OriginPool pool, OriginPools pools, @Nullable EventLoop near, Duration wait)
            throws InterruptedException {
        return connect(target, new Http1Opening(target, pool, pools), near, wait);
    }

    /** Waits for a connection, on a certain event loop or on any. */
    <C extends Connection> Attempt<C> connect(
            Target target, Opening<C> opening, @Nullable EventLoop near, Duration wait) throws InterruptedException {
        var made = new CompletableFuture<Attempt<C>>();
        try {
            start(target, opening, near == null ? loops : near, wait, made);
            // The loop keeps the time; the margin is for a loop that is late.
            return made.get(wait.toNanos() + TimeUnit.SECONDS.toNanos(1), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return abandon(made, new TimedOut(Phase.CONNECT));
        } catch (InterruptedException e) {
            abandon(made, new Broken(Phase.CONNECT, "interrupted"));
            throw e;
        } catch (SSLException e) {
            return new Attempt.NotConnected<>(new Untrusted(OriginConnection.reason(e)));
        } catch (ExecutionException | RejectedExecutionException e) {
            return new Attempt.NotConnected<>(new Refused(OriginConnection.reason(e)));
        }
    }

    private static <C extends Connection> Attempt<C> abandon(
            CompletableFuture<Attempt<C>> made, OriginFailure failure) {
        Attempt<C> given = new Attempt.NotConnected<>(failure);
        if (!made.complete(given) && made.join() instanceof Attempt.Connected<C>(C late)) {
            var _ = late.channel().close();
        }
        return given;
    }

    private <C extends Connection> void start(
            Target target, Opening<C> opening, EventLoopGroup where, Duration wait, CompletableFuture<Attempt<C>> made)
            throws SSLException {
        long deadline = System.nanoTime() + wait.toNanos();
        boolean namesItself = target.certificates().isEmpty();
        SslContext context = target.tls()
                ? tls.context(target.sslProtocols(), target.identity(), opening.http2(), namesItself)
                : null;
        ChannelFuture connecting = new Bootstrap()
                .group(where)
                .channel(channelType)
                .option(ChannelOption.AUTO_READ, false)
                // A failed write must not close before the origin's answer has been read.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(Math.max(1, wait.toMillis())))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (context != null)
                            channel.pipeline().addLast(OriginTls.handler(context, target, channel.alloc()));
                        channel.pipeline().addLast(HANDLER, opening.on(channel, context != null));
                    }
                })
                .connect(target.address());
        var _ = connecting.addListener(_ -> {
            if (connecting.isSuccess()) {
                onTcp(target, opening, connecting.channel(), deadline, made);
            } else {
                made.complete(new Attempt.NotConnected<>(connectFailure(connecting.cause())));
            }
        });
    }

    private <C extends Connection> void onTcp(
            Target target, Opening<C> opening, Channel channel, long deadline, CompletableFuture<Attempt<C>> made) {
        @SuppressWarnings("unchecked") // added by start
        C connection = (C) channel.pipeline().get(HANDLER);
        open.add(connection);
        opening.opened();
        traffic.opened().increment();
        var _ = channel.closeFuture().addListener(_ -> {
            open.remove(connection);
            opening.closed();
            traffic.closed().increment();
        });
        if (closed) {
            var _ = channel.close();
            made.complete(new Attempt.NotConnected<>(new Refused("the edge is stopping")));
            return;
        }
        channel.read();
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            opening.ready(connection, made);
            return;
        }
        handler.setHandshakeTimeout(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        Future<Channel> handshake = handler.handshakeFuture();
        var _ = handshake.addListener(_ -> {
            if (handshake.isSuccess() && OriginTls.admits(handler, target)) {
                opening.ready(connection, made);
            } else {
                made.complete(new Attempt.NotConnected<>(tlsFailure(handshake)));
                var _ = channel.close();
            }
        });
    }

    /** One for a single exchange at a time. */
    private final class Http1Opening implements Opening<OriginConnection> {
        private final Target target;
        private final OriginPool pool;
        private final OriginPools pools;

        private Http1Opening(Target target, OriginPool pool, OriginPools pools) {
            this.target = target;
            this.pool = pool;
            this.pools = pools;
        }

        @Override
        public boolean http2() {
            return false;
        }

        @Override
        public OriginConnection on(Channel channel, boolean secure) {
            return new OriginConnection(channel, new ResponseReader(headBytesMax, texts), secure, pool);
        }

        @Override
        public void opened() {
            pools.hold(target);
        }

        @Override
        public void closed() {
            pools.drop(target);
        }

        @Override
        public void ready(OriginConnection connection, CompletableFuture<Attempt<OriginConnection>> made) {
            if (!made.complete(new Attempt.Connected<>(connection))) connection.close();
        }
    }

    KnownTexts texts() {
        return texts;
    }

    private static OriginFailure connectFailure(Throwable cause) {
        return cause instanceof ConnectTimeoutException
                ? new TimedOut(Phase.CONNECT)
                : new Refused(OriginConnection.reason(cause));
    }

    private static OriginFailure tlsFailure(Future<?> handshake) {
        Throwable cause = handshake.cause();
        if (cause == null) return new Untrusted("the certificate is for none of the allowed names");
        if (cause instanceof SslHandshakeTimeoutException) return new TimedOut(Phase.CONNECT);
        if (cause instanceof ClosedChannelException) return new Broken(Phase.CONNECT, "closed in the TLS handshake");
        return cause instanceof SSLException
                ? new Untrusted(OriginConnection.reason(cause))
                : new Broken(Phase.CONNECT, OriginConnection.reason(cause));
    }

    /** Closes all connections, failing what is under way on them. */
    @Override
    public void close() {
        closed = true;
        List<Connection> all = List.copyOf(open);
        for (Connection connection : all) connection.shutDown();
        for (Connection connection : all) {
            var _ = connection.channel().closeFuture().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }
}
