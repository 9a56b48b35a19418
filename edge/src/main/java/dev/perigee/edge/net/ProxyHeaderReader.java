package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a connection from a trusted proxy: takes the header off, if there is one, and makes way for whoever
 * reads the rest. A proxy that says nothing is the viewer itself, as a health check is.
 */
final class ProxyHeaderReader extends ChannelInboundHandlerAdapter {
    private final ProxyHeaders headers;
    private final InetSocketAddress proxy;
    private final long timeoutMillis;
    private final Consumer<InetSocketAddress> whenKnown;
    private @Nullable ByteBuf pending;
    private @Nullable ScheduledFuture<?> timeout;
    private boolean over;

    ProxyHeaderReader(
            ProxyHeaders headers, InetSocketAddress proxy, long timeoutMillis, Consumer<InetSocketAddress> whenKnown) {
        this.headers = headers;
        this.proxy = proxy;
        this.timeoutMillis = timeoutMillis;
        this.whenKnown = whenKnown;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timeout = ctx.executor().schedule(() -> timedOut(ctx), timeoutMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (over) {
            in.release();
            return;
        }
        ByteBuf all = joined(ctx, in);
        pending = all;
        switch (ProxyHeader.read(all)) {
            case ProxyHeader.Incomplete _ -> {}
            case ProxyHeader.Malformed _ -> refuse(ctx);
            case ProxyHeader.Absent _ -> pass(ctx, all, proxy);
            case ProxyHeader.Found(int octets, InetSocketAddress viewer) -> {
                all.skipBytes(octets);
                pass(ctx, all, viewer == null ? proxy : viewer);
            }
        }
    }

    /** At most a header is copied, and that rarely: proxies send it in one piece. */
    private ByteBuf joined(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf before = pending;
        if (before == null) return in;
        ByteBuf all = ctx.alloc().buffer(before.readableBytes() + in.readableBytes());
        all.writeBytes(before).writeBytes(in);
        before.release();
        in.release();
        return all;
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf rest, InetSocketAddress viewer) {
        end();
        pending = null;
        whenKnown.accept(viewer);
        if (rest.isReadable()) ctx.fireChannelRead(rest);
        else rest.release();
        if (ctx.channel().isActive() && !ctx.isRemoved()) ctx.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext ctx) {
        headers.refused();
        end();
        ctx.close();
    }

    private void timedOut(ChannelHandlerContext ctx) {
        if (over) return;
        // Nothing at all came: that is a connection like any other that nobody uses.
        if (pending != null) headers.refused();
        end();
        ctx.close();
    }

    private void end() {
        over = true;
        ScheduledFuture<?> waiting = timeout;
        if (waiting != null) waiting.cancel(false);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
        drop();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end();
        drop();
    }

    private void drop() {
        ByteBuf left = pending;
        pending = null;
        if (left != null) left.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
