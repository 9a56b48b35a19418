package dev.perigee.edge.origin;

import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.Refused;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import dev.perigee.edge.origin.OriginFailure.Untrusted;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
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
    private final EventLoopGroup loops;
    private final Class<? extends SocketChannel> channelType;
    private final OriginTls tls;
    private final OriginPools pools;
    private final Traffic traffic;
    private final int headBytesMax;
    private final KnownTexts texts = new KnownTexts();
    private final Set<OriginConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A connection or a failure. */
    sealed interface Attempt {
        record Connected(OriginConnection connection) implements Attempt {}

        record NotConnected(OriginFailure failure) implements Attempt {}
    }

    Connector(EventLoopGroup loops, OriginTls tls, OriginPools pools, Traffic traffic, int headBytesMax) {
        this.loops = loops;
        this.tls = tls;
        this.pools = pools;
        this.traffic = traffic;
        this.headBytesMax = headBytesMax;
        channelType = loops instanceof IoEventLoopGroup io && io.isIoType(EpollIoHandler.class)
                ? EpollSocketChannel.class
                : NioSocketChannel.class;
    }

    /** Waits for a connection, on a certain event loop or on any. A connection that is made holds its pool until it closes. */
    Attempt connect(Target target, OriginPool pool, @Nullable EventLoop near, Duration wait)
            throws InterruptedException {
        var made = new CompletableFuture<Attempt>();
        try {
            start(target, pool, near == null ? loops : near, wait, made);
            // The loop keeps the time; the margin is for a loop that is late.
            return made.get(wait.toNanos() + TimeUnit.SECONDS.toNanos(1), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return abandon(made, new TimedOut(Phase.CONNECT));
        } catch (InterruptedException e) {
            abandon(made, new Broken(Phase.CONNECT, "interrupted"));
            throw e;
        } catch (SSLException e) {
            return new Attempt.NotConnected(new Untrusted(OriginConnection.reason(e)));
        } catch (ExecutionException | RejectedExecutionException e) {
            return new Attempt.NotConnected(new Refused(OriginConnection.reason(e)));
        }
    }

    private static Attempt abandon(CompletableFuture<Attempt> made, OriginFailure failure) {
        Attempt given = new Attempt.NotConnected(failure);
        if (!made.complete(given) && made.join() instanceof Attempt.Connected(OriginConnection late)) late.close();
        return given;
    }

    private void start(
            Target target, OriginPool pool, EventLoopGroup where, Duration wait, CompletableFuture<Attempt> made)
            throws SSLException {
        long deadline = System.nanoTime() + wait.toNanos();
        SslContext context = target.tls() ? tls.context(target.sslProtocols(), target.identity()) : null;
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
                        var reader = new ResponseReader(headBytesMax, texts);
                        channel.pipeline().addLast(new OriginConnection(channel, reader, context != null, pool));
                    }
                })
                .connect(target.address());
        var _ = connecting.addListener(_ -> {
            if (connecting.isSuccess()) {
                onTcp(target, connecting.channel(), deadline, made);
            } else {
                made.complete(new Attempt.NotConnected(connectFailure(connecting.cause())));
            }
        });
    }

    private void onTcp(Target target, Channel channel, long deadline, CompletableFuture<Attempt> made) {
        OriginConnection connection = channel.pipeline().get(OriginConnection.class);
        open.add(connection);
        pools.hold(target);
        traffic.opened().increment();
        var _ = channel.closeFuture().addListener(_ -> {
            open.remove(connection);
            pools.drop(target);
            traffic.closed().increment();
        });
        if (closed) {
            var _ = channel.close();
            made.complete(new Attempt.NotConnected(new Refused("the edge is stopping")));
            return;
        }
        channel.read();
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            ready(connection, made);
            return;
        }
        handler.setHandshakeTimeout(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        Future<Channel> handshake = handler.handshakeFuture();
        var _ = handshake.addListener(_ -> {
            if (handshake.isSuccess()) {
                ready(connection, made);
            } else {
                made.complete(new Attempt.NotConnected(tlsFailure(handshake.cause())));
                var _ = channel.close();
            }
        });
    }

    private static void ready(OriginConnection connection, CompletableFuture<Attempt> made) {
        if (!made.complete(new Attempt.Connected(connection))) connection.close();
    }

    private static OriginFailure connectFailure(Throwable cause) {
        return cause instanceof ConnectTimeoutException
                ? new TimedOut(Phase.CONNECT)
                : new Refused(OriginConnection.reason(cause));
    }

    private static OriginFailure tlsFailure(Throwable cause) {
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
        List<OriginConnection> all = List.copyOf(open);
        for (OriginConnection connection : all) connection.shutDown();
        for (OriginConnection connection : all) {
            var _ = connection.channel().closeFuture().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }
}
