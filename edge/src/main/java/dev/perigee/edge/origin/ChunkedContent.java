package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads content in chunks (RFC 9112 section 7.1) as origins send it. Line ends are CR LF and sizes are hexadecimal digits,
 * or it is refused. Extensions and trailers are read over and dropped, whatever they say: nothing after the content can
 * change what it was, so an origin that uses them need not be turned away as a viewer is.
 */
final class ChunkedContent {
    private static final int DIGITS_MAX = 15;

    private enum State {
        SIZE,
        PADDING,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER,
        TRAILER_LF,
        LAST_LF,
        DONE,
        BROKEN
    }

    private State state = State.SIZE;
    private long remaining;
    private int digits;
    private boolean named;

    boolean done() {
        return state == State.DONE;
    }

    boolean broken() {
        return state == State.BROKEN;
    }

    /** The next content, retained; or null when more bytes are needed, or it is done or broken. */
    @Nullable
    ByteBuf read(ByteBuf in) {
        while (in.isReadable() && state != State.DONE && state != State.BROKEN) {
            if (state == State.DATA) {
                int size = (int) Math.min(remaining, in.readableBytes());
                remaining -= size;
                if (remaining == 0) state = State.DATA_CR;
                return in.readRetainedSlice(size);
            }
            state = next(in.readByte());
        }
        return null;
    }

    private State next(byte octet) {
        return switch (state) {
            case SIZE -> size(octet);
            case PADDING, EXTENSION -> extension(octet);
            case SIZE_LF -> octet != '\n' ? State.BROKEN : remaining == 0 ? State.TRAILER_START : State.DATA;
            case DATA_CR -> octet == '\r' ? State.DATA_LF : State.BROKEN;
            case DATA_LF -> {
                digits = 0;
                yield octet == '\n' ? State.SIZE : State.BROKEN;
            }
            case TRAILER_START -> {
                named = false;
                if (octet == ' ' || octet == '\t' || octet == ':') yield State.BROKEN;
                yield octet == '\r' ? State.LAST_LF : trailer(octet);
            }
            case TRAILER -> trailer(octet);
            case TRAILER_LF -> octet == '\n' ? State.TRAILER_START : State.BROKEN;
            case LAST_LF -> octet == '\n' ? State.DONE : State.BROKEN;
            case DATA, DONE, BROKEN -> throw new IllegalStateException("no step in state " + state);
        };
    }

    private State size(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit >= 0) {
            if (++digits > DIGITS_MAX) return State.BROKEN;
            remaining = remaining * 16 + digit;
            return State.SIZE;
        }
        return digits == 0 ? State.BROKEN : extension(octet);
    }

    /** After the size: some origins pad it with spaces. */
    private State extension(byte octet) {
        if (octet == '\r') return State.SIZE_LF;
        if (isControl(octet)) return State.BROKEN;
        if (state == State.EXTENSION || octet == ';') return State.EXTENSION;
        return octet == ' ' || octet == '\t' ? State.PADDING : State.BROKEN;
    }

    private State trailer(byte octet) {
        if (octet == '\r') return named ? State.TRAILER_LF : State.BROKEN;
        if (isControl(octet)) return State.BROKEN;
        named |= octet == ':';
        return State.TRAILER;
    }

    private static boolean isControl(byte octet) {
        return (octet >= 0 && octet < ' ' && octet != '\t') || octet == 0x7f;
    }
}
