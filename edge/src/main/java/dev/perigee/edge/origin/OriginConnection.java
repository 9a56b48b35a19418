package dev.perigee.edge.origin;

import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Malformed;
import dev.perigee.edge.origin.OriginFailure.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an origin and, while it is in use, its exchange. Everything but {@link #isFresh}, {@link #close} and
 * {@link #begin} happens on the event loop of the channel.
 *
 * <p>Reading is by demand. An idle connection always has a read outstanding, so that the end of the connection, or bytes
 * that nobody asked for, are noticed at once.
 */
final class OriginConnection extends ChannelInboundHandlerAdapter implements Connector.Connection {
    private final Channel channel;
    private final ResponseReader reader;
    private final boolean tls;
    private final OriginPool pool;

    private @Nullable Exchange exchange;
    private boolean closeNotified;
    private @Nullable Future<?> timer;
    private long timerDue;
    private volatile long idleUntil;

    OriginConnection(Channel channel, ResponseReader reader, boolean tls, OriginPool pool) {
        this.channel = channel;
        this.reader = reader;
        this.tls = tls;
        this.pool = pool;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    ResponseReader reader() {
        return reader;
    }

    OriginPool pool() {
        return pool;
    }

    /** Whether an idle connection can be used: still open, and not about to be closed for idleness. */
    boolean isFresh() {
        return channel.isActive() && idleUntil - System.nanoTime() > 0;
    }

    boolean isOn(EventLoop loop) {
        return channel.eventLoop() == loop;
    }

    /** Whether the end of the connection can be taken for the end of the content: over TLS only after close_notify. */
    boolean endIsGenuine() {
        return !tls || closeNotified;
    }

    /** Closes from any thread. */
    void close() {
        var _ = channel.close();
    }

    /** Starts an exchange; the caller owns the connection. */
    void begin(Exchange next) {
        channel.eventLoop().execute(() -> start(next));
    }

    /** As {@link #begin}, on the event loop. */
    void start(Exchange next) {
        exchange = next;
        try {
            next.start();
        } catch (RuntimeException e) {
            // Somebody waits for its outcome, without a clock.
            next.fail(new Broken(Phase.REQUEST, reason(e)));
        }
    }

    /** Ends the exchange. The connection becomes idle, or is closed. */
    void end(boolean reusable, long keepaliveNanos) {
        exchange = null;
        reader.expectNothing();
        if (!reusable) {
            pool.leave();
            close();
            return;
        }
        idleUntil = System.nanoTime() + keepaliveNanos;
        watch(idleUntil);
        pool.giveBack(this);
    }

    /** Becomes the end of a tunnel. Its permit is free again when it is closed. */
    TunnelEnd intoTunnel() {
        exchange = null;
        var _ = channel.closeFuture().addListener(_ -> pool.leave());
        TunnelEnd end = new TunnelEnd(channel);
        channel.pipeline().replace(this, null, end);
        return end;
    }

    boolean canBeReused() {
        return channel.isActive() && !closeNotified && !reader.hasLeftover();
    }

    /**
     * Has the time looked at, at the latest then. One timer serves all uses of the connection and the time between them:
     * it is set anew only when it would fire too late.
     */
    void watch(long due) {
        if (timer != null) {
            if (timerDue - due <= 0) return;
            timer.cancel(false);
        }
        timerDue = due;
        timer = channel.eventLoop()
                .schedule(this::lookAtTime, Math.max(1, due - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void lookAtTime() {
        timer = null;
        if (!channel.isActive()) return;
        Exchange current = exchange;
        if (current != null) {
            current.checkTime();
        } else if (idleUntil - System.nanoTime() > 0) {
            watch(idleUntil);
        } else {
            closeIdle();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Exchange current = exchange;
        if (current == null) {
            ReferenceCountUtil.release(message);
            closeIdle();
            return;
        }
        reader.read((ByteBuf) message, current);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (current != null) current.onReadComplete();
        if (closeNotified) {
            pool.forget(this);
            close();
            return;
        }
        Exchange next = exchange;
        if (channel.isActive() && (next == null || next.wantsRead())) ctx.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == SslCloseCompletionEvent.SUCCESS) {
            closeNotified = true;
            if (exchange == null) closeIdle();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Exchange current = exchange;
        if (current == null) {
            closeIdle();
            return;
        }
        boolean tlsTrouble = cause instanceof SSLException || cause.getCause() instanceof SSLException;
        current.fail(
                cause instanceof DecoderException && !tlsTrouble
                        ? new Malformed(reason(cause))
                        : new Broken(current.phase(), reason(cause)));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (timer != null) timer.cancel(false);
        if (current == null) {
            pool.forget(this);
        } else {
            if (reader.endsWithConnection()) current.onWhole();
            current.onClosed();
        }
    }

    @Override
    public void shutDown() {
        try {
            channel.eventLoop().execute(() -> {
                Exchange current = exchange;
                if (current == null) {
                    closeIdle();
                } else {
                    current.fail(new Broken(current.phase(), "the edge is stopping"));
                }
            });
        } catch (RejectedExecutionException e) {
            // The loop has ended and has closed its channels.
            pool.forget(this);
        }
    }

    private void closeIdle() {
        pool.forget(this);
        close();
    }

    /** Why, in words that may be logged. */
    static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** For a failure that is known only by where it happened. */
    static OriginFailure closedDuring(Phase phase) {
        return new Broken(phase, "connection closed");
    }
}
