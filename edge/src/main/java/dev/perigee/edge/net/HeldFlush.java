package dev.perigee.edge.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * Between TLS and the socket: can hold back one flush, so that a last response and the alert that ends the connection leave in
 * one call of the kernel. On the connection's event loop.
 */
final class HeldFlush extends ChannelOutboundHandlerAdapter {
    private boolean holds;

    /** The next flush is not passed on. Whoever says so brings about another. */
    void hold() {
        holds = true;
    }

    /** Whatever comes now is passed on. */
    void pass() {
        holds = false;
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        boolean held = holds;
        holds = false;
        if (!held) ctx.flush();
    }
}
