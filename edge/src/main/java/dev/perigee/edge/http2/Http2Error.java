package dev.perigee.edge.http2;

/** The errors of RFC 9113 section 7 that an edge sends, or looks at. */
public enum Http2Error {
    NO_ERROR(0x0),
    PROTOCOL_ERROR(0x1),
    INTERNAL_ERROR(0x2),
    FLOW_CONTROL_ERROR(0x3),
    STREAM_CLOSED(0x5),
    FRAME_SIZE_ERROR(0x6),
    REFUSED_STREAM(0x7),
    CANCEL(0x8),
    COMPRESSION_ERROR(0x9),
    ENHANCE_YOUR_CALM(0xb);

    private final int code;

    Http2Error(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** What a peer's code means; INTERNAL_ERROR for those that are not told apart here (RFC 9113 section 7). */
    public static Http2Error of(int code) {
        for (Http2Error error : values()) {
            if (error.code == code) return error;
        }
        return INTERNAL_ERROR;
    }
}
