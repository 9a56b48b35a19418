package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chunked message body (RFC 9112 section 7.1), strictly: hexadecimal digits and CRLF only. Chunk extensions are
 * refused unless they are plain, and trailers are read and dropped unless they try to reframe the message.
 */
final class ChunkedReader {
    private static final int SIZE_DIGITS_MAX = 15;
    private static final int EXTENSION_MAX = 256;
    private static final int TRAILER_MAX = 4_096;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        DONE,
        BROKEN
    }

    private State state = State.SIZE;
    private long remaining;
    private int digits;
    private int extension;
    private final StringBuilder trailer = new StringBuilder();
    private int trailerOctets;

    boolean done() {
        return state == State.DONE;
    }

    boolean broken() {
        return state == State.BROKEN;
    }

    /**
     * Reads on.
     *
     * @return the next piece of content, retained; or null when more octets are needed, or it is done or broken
     */
    @Nullable
    ByteBuf read(ByteBuf in) {
        while (in.isReadable() && state != State.DONE && state != State.BROKEN) {
            if (state == State.DATA) {
                int size = (int) Math.min(remaining, in.readableBytes());
                remaining -= size;
                if (remaining == 0) state = State.DATA_CR;
                return in.readRetainedSlice(size);
            }
            step(in.readByte());
        }
        return null;
    }

    private void step(byte octet) {
        switch (state) {
            case SIZE -> size(octet);
            case EXTENSION -> extension(octet);
            case SIZE_LF -> sizeEnd(octet);
            case DATA_CR -> state = octet == '\r' ? State.DATA_LF : State.BROKEN;
            case DATA_LF -> {
                state = octet == '\n' ? State.SIZE : State.BROKEN;
                digits = 0;
                remaining = 0;
                extension = 0;
            }
            case TRAILER -> trailer(octet);
            case DATA, DONE, BROKEN -> throw new IllegalStateException("no step in state " + state);
        }
    }

    private void size(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit >= 0 && digits < SIZE_DIGITS_MAX) {
            remaining = remaining * 16 + digit;
            digits++;
        } else if (digits == 0) {
            state = State.BROKEN;
        } else if (octet == '\r') {
            state = State.SIZE_LF;
        } else if (octet == ';') {
            state = State.EXTENSION;
        } else {
            state = State.BROKEN;
        }
    }

    /** A quoted extension could hide a line end from one reader and show it to another, so quotes are refused. */
    private void extension(byte octet) {
        if (octet == '\r') state = State.SIZE_LF;
        else if (octet <= ' ' || octet == '"' || octet == 127 || ++extension > EXTENSION_MAX) state = State.BROKEN;
    }

    private void sizeEnd(byte octet) {
        if (octet != '\n') state = State.BROKEN;
        else state = remaining == 0 ? State.TRAILER : State.DATA;
    }

    private void trailer(byte octet) {
        if (++trailerOctets > TRAILER_MAX) {
            state = State.BROKEN;
            return;
        }
        trailer.append((char) (octet & 0xFF));
        if (octet != '\n') return;
        int length = trailer.length();
        if (length < 2 || trailer.charAt(length - 2) != '\r') {
            state = State.BROKEN;
        } else if (length == 2) {
            state = State.DONE;
        } else {
            if (!Trailers.isHarmless(trailer.substring(0, length - 2))) state = State.BROKEN;
            trailer.setLength(0);
        }
    }
}
