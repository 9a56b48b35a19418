package dev.perigee.edge.http2;

import io.netty.buffer.ByteBuf;

/** What the peer says of itself in SETTINGS (RFC 9113 section 6.5.2), as far as it matters to a sender. */
public final class PeerSettings {
    private int window = Http2Frame.WINDOW_DEFAULT;
    private int streamsMax = Integer.MAX_VALUE;
    private boolean tableShrank;

    /** Takes the payload of a frame; NO_ERROR when all of it is allowed. */
    public Http2Error take(ByteBuf in, int start, int length) {
        for (int at = start; at < start + length; at += 6) {
            Http2Error error = setting(in.getUnsignedShort(at), in.getInt(at + 2));
            if (error != Http2Error.NO_ERROR) return error;
        }
        return Http2Error.NO_ERROR;
    }

    private Http2Error setting(int identifier, int value) {
        switch (identifier) {
            case Http2Frame.ENABLE_PUSH -> {
                if (value != 0 && value != 1) return Http2Error.PROTOCOL_ERROR;
            }
            case Http2Frame.INITIAL_WINDOW_SIZE -> {
                if (value < 0) return Http2Error.FLOW_CONTROL_ERROR;
                window = value;
            }
            case Http2Frame.MAX_FRAME_SIZE -> {
                // Ours never are larger than what everybody takes.
                if (value < Http2Frame.PAYLOAD_MAX || value > 0xFF_FFFF) return Http2Error.PROTOCOL_ERROR;
            }
            case Http2Frame.MAX_CONCURRENT_STREAMS -> streamsMax = value < 0 ? Integer.MAX_VALUE : value;
            case Http2Frame.HEADER_TABLE_SIZE -> {
                if (value >= 0 && value < Http2Frame.TABLE_DEFAULT) tableShrank = true;
            }
            default -> {
                // MAX_HEADER_LIST_SIZE is advice that an edge cannot follow: a message has the fields it has.
            }
        }
        return Http2Error.NO_ERROR;
    }

    /** Window that new streams begin with. */
    public int window() {
        return window;
    }

    /** Streams that we may have open. */
    public int streamsMax() {
        return streamsMax;
    }

    /**
     * Whether the peer's table became smaller than the one it began with, since the last call: it wants to be told in the
     * next section (RFC 7541 section 4.2), once for all times, since ours stays empty.
     */
    public boolean tableShrank() {
        boolean due = tableShrank;
        tableShrank = false;
        return due;
    }
}
