package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One end of a tunnel: a connection whose octets go to another connection as they come, and whose input ends with the
 * other's output. It reads only while the other end keeps up. Everything happens on the event loop of its own channel; the
 * two ends send each other tasks.
 */
public final class TunnelEnd extends ChannelInboundHandlerAdapter {
    /** Octets on their way to the other end's socket above which nothing more is read. */
    private static final int IN_FLIGHT_MAX = 128 << 10;

    private final Channel channel;
    /** What came behind the head that made this a tunnel, until there is another end. Outlasts the connection. */
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();

    private @Nullable TunnelEnd other;
    private int inFlight;
    private boolean inputEnded;
    private boolean outputEnded;
    private volatile long received;
    private volatile long sent;
    private volatile long lastActive = System.nanoTime();

    public TunnelEnd(Channel channel) {
        this.channel = channel;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** Joins two ends. With nothing moving for the idle time, both are closed. */
    public static void join(TunnelEnd one, TunnelEnd another, Duration idle) {
        one.start(another);
        another.start(one);
        one.onLoop(() -> one.watch(another, idle.toNanos()));
    }

    /** Octets that came in here. */
    public long received() {
        return received;
    }

    /** Octets that went out here. */
    public long sent() {
        return sent;
    }

    private void start(TunnelEnd far) {
        onLoop(() -> {
            other = far;
            while (!early.isEmpty()) forward(far, early.remove());
            if (!channel.isActive()) far.farEndGone();
            else if (inputEnded) far.onLoop(far::endOutput);
            else readOn();
        });
    }

    private void watch(TunnelEnd far, long idleNanos) {
        if (!channel.isActive()) return;
        long left = Math.max(lastActive, far.lastActive) + idleNanos - System.nanoTime();
        if (left <= 0) {
            // The other end follows.
            channel.close();
            return;
        }
        var _ = channel.eventLoop().schedule(() -> watch(far, idleNanos), left, TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        receive((ByteBuf) message);
    }

    /** Takes octets that came in here. */
    void receive(ByteBuf octets) {
        TunnelEnd far = other;
        if (far == null && channel.isActive()) early.add(octets);
        else if (far == null) octets.release();
        else forward(far, octets);
    }

    // Only ever written on this loop; others may see it late.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void forward(TunnelEnd far, ByteBuf octets) {
        int count = octets.readableBytes();
        received += count;
        inFlight += count;
        lastActive = System.nanoTime();
        far.take(octets, count, this);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void take(ByteBuf octets, int count, TunnelEnd from) {
        Runnable write = () -> {
            if (!channel.isActive() || outputEnded) {
                octets.release();
                from.farEndGone();
                return;
            }
            var _ = channel.writeAndFlush(octets).addListener(written -> {
                if (!written.isSuccess()) {
                    channel.close();
                    return;
                }
                sent += count;
                lastActive = System.nanoTime();
                from.onLoop(() -> from.gone(count));
            });
        };
        if (!onLoop(write)) octets.release();
    }

    /** So many octets have left the other end. */
    private void gone(int count) {
        inFlight -= count;
        readOn();
    }

    private void readOn() {
        if (other != null && !inputEnded && inFlight < IN_FLIGHT_MAX && channel.isActive()) channel.read();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readOn();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) endInput();
    }

    private void endInput() {
        if (inputEnded) return;
        inputEnded = true;
        if (outputEnded) channel.close();
        TunnelEnd far = other;
        if (far != null) far.onLoop(far::endOutput);
    }

    /** The other end has no more; what it had is already on its way. */
    private void endOutput() {
        if (outputEnded) return;
        outputEnded = true;
        var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (inputEnded) channel.close();
            else if (tls != null) tls.closeOutbound();
            else if (channel instanceof DuplexChannel duplex) duplex.shutdownOutput();
        });
    }

    private void farEndGone() {
        onLoop(() -> {
            outputEnded = true;
            var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        TunnelEnd far = other;
        if (far != null) far.farEndGone();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        channel.close();
    }

    private boolean onLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
            return true;
        } catch (RejectedExecutionException _) {
            // The loop has ended and has closed its channels.
            return false;
        }
    }

    /** Gives up a tunnel that was not joined. Safe from any thread. */
    public void discard() {
        onLoop(() -> {
            for (ByteBuf octets : early) octets.release();
            early.clear();
            channel.close();
        });
    }
}
