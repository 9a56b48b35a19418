package dev.perigee.control.broken;

import io.netty.buffer.ByteBuf;

/** Breaks the rule that Netty stays in the edge. */
public final class ControlThatUsesNetty {
    private ControlThatUsesNetty() {}

    public static int size(ByteBuf buffer) {
        return buffer.readableBytes();
    }
}
