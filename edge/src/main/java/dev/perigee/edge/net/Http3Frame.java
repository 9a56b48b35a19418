package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;

/** Numbers of RFC 9114, and how they are written (RFC 9000 section 16). */
final class Http3Frame {
    // Frames.
    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    static final int CANCEL_PUSH = 0x3;
    static final int SETTINGS = 0x4;
    static final int PUSH_PROMISE = 0x5;
    static final int GOAWAY = 0x7;
    static final int MAX_PUSH_ID = 0xd;
    static final int PRIORITY_UPDATE = 0xf0700;

    // Kinds of streams of one direction.
    static final int CONTROL = 0x0;
    static final int PUSH = 0x1;
    static final int QPACK_ENCODER = 0x2;
    static final int QPACK_DECODER = 0x3;

    // Settings.
    static final int MAX_FIELD_SECTION_SIZE = 0x6;

    /** Octets that the type and length of a frame may take. */
    static final int HEAD_MAX = 16;

    private Http3Frame() {}

    /** Whether frames of this type were of HTTP/2, so that nobody may send them here (RFC 9114 section 7.2.8). */
    static boolean isOfHttp2(long type) {
        return type == 0x2 || type == 0x6 || type == 0x8 || type == 0x9;
    }

    /** Octets of a number, by the octet that it begins with. */
    static int numberLength(int first) {
        return 1 << (first >>> 6 & 3);
    }

    /** A number that is whole in these octets. */
    static long number(byte[] bytes, int start) {
        int length = numberLength(bytes[start]);
        long value = bytes[start] & 0x3F;
        for (int i = 1; i < length; i++) value = (value << 8) | (bytes[start + i] & 0xFF);
        return value;
    }

    static ByteBuf number(ByteBuf out, long value) {
        if (value < 1 << 6) return out.writeByte((int) value);
        if (value < 1 << 14) return out.writeShort((int) value | 0x4000);
        if (value < 1 << 30) return out.writeInt((int) value | 0x8000_0000);
        return out.writeLong(value | 0xC000_0000_0000_0000L);
    }

    static int octetsOf(long value) {
        if (value < 1 << 6) return 1;
        if (value < 1 << 14) return 2;
        return value < 1 << 30 ? 4 : 8;
    }
}
