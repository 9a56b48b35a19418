package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import org.jspecify.annotations.Nullable;

/** A stream of one direction that a viewer has begun (RFC 9114 section 6.2). On the connection's event loop. */
final class Http3Control extends ChannelInboundHandlerAdapter {
    /** What the octets of a stream are for. */
    @FunctionalInterface
    interface Octets {
        void take(ByteBuf in);
    }

    private final Http3Connection connection;
    private final Http3Peer peer;
    private final byte[] scratch;
    private final byte[] kind = new byte[8];
    private int kindOctets;
    private @Nullable Octets octets;
    private boolean critical;

    Http3Control(Http3Connection connection, Http3Peer peer, byte[] scratch) {
        this.connection = connection;
        this.peer = peer;
        this.scratch = scratch;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        QuicStreamFrame frame = (QuicStreamFrame) message;
        try {
            take(ctx, frame.content());
            if (frame.hasFin()) over();
        } finally {
            frame.release();
        }
    }

    private void take(ChannelHandlerContext ctx, ByteBuf in) {
        while (octets == null && in.isReadable()) {
            kind[kindOctets++] = in.readByte();
            if (kindOctets == Http3Frame.numberLength(kind[0])) begin(ctx, Http3Frame.number(kind, 0));
        }
        Octets to = octets;
        if (to != null && in.isReadable() && !connection.isClosing()) to.take(in);
    }

    private void begin(ChannelHandlerContext ctx, long type) {
        critical = type == Http3Frame.CONTROL || type == Http3Frame.QPACK_ENCODER || type == Http3Frame.QPACK_DECODER;
        if (type == Http3Frame.PUSH || (critical && !peer.begins((int) type))) {
            octets = _ -> {};
            connection.connectionError(Http3Error.STREAM_CREATION_ERROR);
        } else if (critical) {
            octets = peer.octets((int) type, scratch);
        } else {
            // Nothing that is known here; nobody reads it.
            octets = _ -> {};
            connection.nuisance(4);
            ((QuicStreamChannel) ctx.channel()).shutdownInput(Http3Error.STREAM_CREATION_ERROR.code());
            ctx.close();
            connection.unfinished();
        }
    }

    /** RFC 9114 section 6.2.1: some streams last as long as the connection. */
    private void over() {
        if (critical) connection.connectionError(Http3Error.CLOSED_CRITICAL_STREAM);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        over();
        ctx.close();
    }
}
