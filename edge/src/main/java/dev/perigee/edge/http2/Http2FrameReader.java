package dev.perigee.edge.http2;

import static dev.perigee.edge.http2.Http2Frame.HEAD;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a peer sends into frames and checks what can be seen of each one alone (RFC 9113 sections 4 and 6). Field
 * sections in several frames are put together.
 */
public final class Http2FrameReader {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Who takes the frames. Arrays and buffers are theirs only during the call. */
    public interface Frames {
        /** Whether another frame is welcome now. */
        boolean welcome();

        /**
         * Content.
         *
         * @param length of it, from {@code start}
         * @param counted octets for flow control: the content and its padding
         */
        void content(int stream, ByteBuf in, int start, int length, int counted, boolean last);

        /** A whole field section. */
        void section(int stream, byte[] block, int start, int end, boolean last, boolean dependsOnItself);

        /** The peer gives a stream up, with an error code that need not be a known one. */
        void reset(int stream, int error);

        void settings(ByteBuf in, int start, int length);

        void ping(long opaque, boolean answer);

        void windowUpdate(int stream, int increment);

        void priorityUpdate(int stream, String value);

        /** The peer takes no more streams, and has not looked at those after the last one. */
        void goAway(int lastStream);

        /** A frame that brings nothing. */
        void nuisance(int weight);

        void streamError(int stream, Http2Error error);

        void connectionError(Http2Error error);
    }

    private final Frames frames;
    private final int blockMax;
    /** Of the event loop: room for a section in one frame. */
    private final byte[] scratch;

    private @Nullable ByteBuf pending;
    private int prefaceOctets;
    private boolean settled;
    private boolean broken;

    /** Stream of the section that is being received in parts, or 0. */
    private int blockStream;

    private int blockFlags;
    private boolean blockOnItself;
    private byte[] block = new byte[0];
    private int blockLength;

    private Http2FrameReader(Frames frames, int blockMax, byte[] scratch, boolean ofClient) {
        this.frames = frames;
        this.blockMax = blockMax;
        this.scratch = scratch;
        this.prefaceOctets = ofClient ? 0 : PREFACE.length;
    }

    /**
     * Reads what a client sends, preface first.
     *
     * @param blockMax octets of a field section as it is sent
     * @param scratch room for a frame's payload, used during calls only
     */
    public static Http2FrameReader ofClient(Frames frames, int blockMax, byte[] scratch) {
        return new Http2FrameReader(frames, blockMax, scratch, true);
    }

    /** Reads what a server sends. */
    public static Http2FrameReader ofServer(Frames frames, int blockMax, byte[] scratch) {
        return new Http2FrameReader(frames, blockMax, scratch, false);
    }

    /** What a client sends before its first frame. */
    public static byte[] preface() {
        return PREFACE.clone();
    }

    /** Whether a beginning waits for its rest: the preface, or a field section. */
    public boolean midway() {
        return !settled || blockStream != 0;
    }

    /** Takes what was received; {@link #run} uses it. */
    public void take(ByteBuf taken, ByteBufAllocator allocator) {
        ByteBuf before = pending;
        if (before == null) {
            pending = taken;
        } else if (!before.isReadable()) {
            before.release();
            pending = taken;
        } else {
            ByteBuf both = allocator.buffer(before.readableBytes() + taken.readableBytes());
            both.writeBytes(before).writeBytes(taken);
            before.release();
            taken.release();
            pending = both;
        }
    }

    public void run() {
        while (pending != null && !broken && frames.welcome()) {
            if (!next(pending)) break;
        }
        if (pending != null && !pending.isReadable()) release();
    }

    /** Whether anything is left to be used. */
    public boolean hasMore() {
        return pending != null;
    }

    public void release() {
        if (pending != null) pending.release();
        pending = null;
    }

    private boolean next(ByteBuf in) {
        if (prefaceOctets < PREFACE.length) return preface(in);
        if (in.readableBytes() < HEAD) return false;
        int at = in.readerIndex();
        int length = in.getUnsignedMedium(at);
        if (length > Http2Frame.PAYLOAD_MAX) {
            fail(Http2Error.FRAME_SIZE_ERROR);
            return false;
        }
        if (in.readableBytes() < HEAD + length) return false;
        int type = in.getUnsignedByte(at + 3);
        int flags = in.getUnsignedByte(at + 4);
        int stream = in.getInt(at + 5) & Integer.MAX_VALUE;
        in.skipBytes(HEAD + length);
        if (!settled && (type != Http2Frame.SETTINGS || (flags & Http2Frame.ACK) != 0)) {
            fail(Http2Error.PROTOCOL_ERROR);
        } else if (blockStream != 0 && (type != Http2Frame.CONTINUATION || stream != blockStream)) {
            fail(Http2Error.PROTOCOL_ERROR);
        } else {
            frame(type, flags, stream, in, at + HEAD, length);
        }
        return true;
    }

    private boolean preface(ByteBuf in) {
        while (prefaceOctets < PREFACE.length && in.isReadable()) {
            if (in.readByte() != PREFACE[prefaceOctets++]) {
                fail(Http2Error.PROTOCOL_ERROR);
                return false;
            }
        }
        return prefaceOctets == PREFACE.length;
    }

    private void fail(Http2Error error) {
        broken = true;
        frames.connectionError(error);
    }

    private void frame(int type, int flags, int stream, ByteBuf in, int start, int length) {
        switch (type) {
            case Http2Frame.DATA -> content(flags, stream, in, start, length);
            case Http2Frame.HEADERS -> headers(flags, stream, in, start, length);
            case Http2Frame.CONTINUATION -> continuation(flags, in, start, length);
            case Http2Frame.PRIORITY -> priority(stream, in, start, length);
            case Http2Frame.RST_STREAM -> {
                if (stream == 0) fail(Http2Error.PROTOCOL_ERROR);
                else if (length != 4) fail(Http2Error.FRAME_SIZE_ERROR);
                else frames.reset(stream, in.getInt(start));
            }
            case Http2Frame.SETTINGS -> settings(flags, stream, in, start, length);
            case Http2Frame.PUSH_PROMISE -> fail(Http2Error.PROTOCOL_ERROR);
            case Http2Frame.PING -> {
                if (stream != 0) fail(Http2Error.PROTOCOL_ERROR);
                else if (length != 8) fail(Http2Error.FRAME_SIZE_ERROR);
                else frames.ping(in.getLong(start), (flags & Http2Frame.ACK) != 0);
            }
            case Http2Frame.GOAWAY -> {
                if (stream != 0) fail(Http2Error.PROTOCOL_ERROR);
                else if (length < 8) fail(Http2Error.FRAME_SIZE_ERROR);
                else frames.goAway(in.getInt(start) & Integer.MAX_VALUE);
            }
            case Http2Frame.WINDOW_UPDATE -> windowUpdate(stream, in, start, length);
            case Http2Frame.PRIORITY_UPDATE -> priorityUpdate(stream, in, start, length);
            default -> frames.nuisance(1);
        }
    }

    private void content(int flags, int stream, ByteBuf in, int start, int length) {
        if (stream == 0) {
            fail(Http2Error.PROTOCOL_ERROR);
            return;
        }
        int from = start;
        int size = length;
        if ((flags & Http2Frame.PADDED) != 0) {
            int padding = length == 0 ? -1 : in.getUnsignedByte(start);
            if (padding < 0 || padding >= length) {
                fail(padding < 0 ? Http2Error.FRAME_SIZE_ERROR : Http2Error.PROTOCOL_ERROR);
                return;
            }
            from++;
            size -= padding + 1;
        }
        boolean last = (flags & Http2Frame.END_STREAM) != 0;
        if (size == 0 && !last) frames.nuisance(2);
        frames.content(stream, in, from, size, length, last);
    }

    private void headers(int flags, int stream, ByteBuf in, int start, int length) {
        if (stream == 0) {
            fail(Http2Error.PROTOCOL_ERROR);
            return;
        }
        boolean padded = (flags & Http2Frame.PADDED) != 0;
        boolean prioritised = (flags & Http2Frame.WITH_PRIORITY) != 0;
        int from = start;
        int size = length - (padded ? 1 : 0) - (prioritised ? 5 : 0);
        if (size < 0) {
            fail(Http2Error.FRAME_SIZE_ERROR);
            return;
        }
        if (padded) {
            size -= in.getUnsignedByte(from++);
            if (size < 0) {
                fail(Http2Error.PROTOCOL_ERROR);
                return;
            }
        }
        boolean onItself = prioritised && (in.getInt(from) & Integer.MAX_VALUE) == stream;
        if (prioritised) from += 5;
        boolean last = (flags & Http2Frame.END_STREAM) != 0;
        if ((flags & Http2Frame.END_HEADERS) != 0) {
            // A frame's payload is smaller than the scratch.
            in.getBytes(from, scratch, 0, size);
            frames.section(stream, scratch, 0, size, last, onItself);
            return;
        }
        blockStream = stream;
        blockFlags = flags;
        blockOnItself = onItself;
        blockLength = 0;
        append(in, from, size);
    }

    private void continuation(int flags, ByteBuf in, int start, int length) {
        if (blockStream == 0) {
            fail(Http2Error.PROTOCOL_ERROR);
            return;
        }
        if (blockLength + length > blockMax) {
            fail(Http2Error.ENHANCE_YOUR_CALM);
            return;
        }
        append(in, start, length);
        if ((flags & Http2Frame.END_HEADERS) == 0) {
            // Who sends a section in many small parts makes work out of nothing.
            frames.nuisance(length < 256 ? 8 : 1);
            return;
        }
        int stream = blockStream;
        byte[] whole = block;
        blockStream = 0;
        block = new byte[0];
        boolean last = (blockFlags & Http2Frame.END_STREAM) != 0;
        frames.section(stream, whole, 0, blockLength, last, blockOnItself);
    }

    private void append(ByteBuf in, int start, int length) {
        if (block.length - blockLength < length) {
            block = Arrays.copyOf(block, Math.min(blockMax, Math.max(2 * block.length, blockLength + length)));
        }
        in.getBytes(start, block, blockLength, length);
        blockLength += length;
    }

    /** Priorities of RFC 7540 are read only as far as they can be wrong: RFC 9113 section 5.3.2 takes them back. */
    private void priority(int stream, ByteBuf in, int start, int length) {
        if (stream == 0) {
            fail(Http2Error.PROTOCOL_ERROR);
            return;
        }
        frames.nuisance(1);
        if (length != 5) frames.streamError(stream, Http2Error.FRAME_SIZE_ERROR);
        else if ((in.getInt(start) & Integer.MAX_VALUE) == stream) {
            frames.streamError(stream, Http2Error.PROTOCOL_ERROR);
        }
    }

    private void settings(int flags, int stream, ByteBuf in, int start, int length) {
        boolean answer = (flags & Http2Frame.ACK) != 0;
        if (stream != 0) {
            fail(Http2Error.PROTOCOL_ERROR);
        } else if (length % 6 != 0 || (answer && length != 0)) {
            fail(Http2Error.FRAME_SIZE_ERROR);
        } else if (answer) {
            frames.nuisance(1);
        } else {
            settled = true;
            frames.nuisance(4 + length / 60);
            frames.settings(in, start, length);
        }
    }

    private void windowUpdate(int stream, ByteBuf in, int start, int length) {
        if (length != 4) {
            fail(Http2Error.FRAME_SIZE_ERROR);
            return;
        }
        int increment = in.getInt(start) & Integer.MAX_VALUE;
        frames.nuisance(1);
        if (increment > 0) frames.windowUpdate(stream, increment);
        else if (stream == 0) fail(Http2Error.PROTOCOL_ERROR);
        else frames.streamError(stream, Http2Error.PROTOCOL_ERROR);
    }

    /** RFC 9218 section 7.1. */
    private void priorityUpdate(int stream, ByteBuf in, int start, int length) {
        frames.nuisance(1);
        if (stream != 0) {
            fail(Http2Error.PROTOCOL_ERROR);
        } else if (length < 4) {
            fail(Http2Error.FRAME_SIZE_ERROR);
        } else {
            int of = in.getInt(start) & Integer.MAX_VALUE;
            int shown = Math.min(length - 4, 64);
            if (of == 0) fail(Http2Error.PROTOCOL_ERROR);
            else frames.priorityUpdate(of, in.toString(start + 4, shown, StandardCharsets.US_ASCII));
        }
    }
}
