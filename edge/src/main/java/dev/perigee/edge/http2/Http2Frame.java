package dev.perigee.edge.http2;

/** Frame types, flags and settings (RFC 9113 sections 6 and 11, RFC 9218). */
public final class Http2Frame {
    public static final int DATA = 0x0;
    public static final int HEADERS = 0x1;
    public static final int PRIORITY = 0x2;
    public static final int RST_STREAM = 0x3;
    public static final int SETTINGS = 0x4;
    public static final int PUSH_PROMISE = 0x5;
    public static final int PING = 0x6;
    public static final int GOAWAY = 0x7;
    public static final int WINDOW_UPDATE = 0x8;
    public static final int CONTINUATION = 0x9;
    public static final int PRIORITY_UPDATE = 0x10;

    public static final int END_STREAM = 0x1;
    public static final int ACK = 0x1;
    public static final int END_HEADERS = 0x4;
    public static final int PADDED = 0x8;
    public static final int WITH_PRIORITY = 0x20;

    public static final int HEADER_TABLE_SIZE = 0x1;
    public static final int ENABLE_PUSH = 0x2;
    public static final int MAX_CONCURRENT_STREAMS = 0x3;
    public static final int INITIAL_WINDOW_SIZE = 0x4;
    public static final int MAX_FRAME_SIZE = 0x5;
    public static final int MAX_HEADER_LIST_SIZE = 0x6;
    public static final int NO_RFC7540_PRIORITIES = 0x9;

    /** Octets before the payload. */
    public static final int HEAD = 9;
    /** The largest payload that everybody takes, and the largest we take or send. */
    public static final int PAYLOAD_MAX = 16_384;

    public static final int WINDOW_DEFAULT = 65_535;
    public static final int TABLE_DEFAULT = 4_096;

    private Http2Frame() {}
}
