package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes the octets of one stream of HTTP/3 apart into frames (RFC 9114 section 7.1). */
final class Http3FrameReader {
    /** What becomes of a frame. */
    enum Use {
        /** Handed over when all of it is there. */
        WHOLE,
        /** Handed over as it comes. */
        PARTS,
        SKIPPED,
        /** The stream, or the connection, is over. */
        FATAL
    }

    /** Who takes the frames; a frame may end everything, after which nothing more is handed over. */
    interface Frames {
        /** A frame begins. Of those that are wanted whole, as much is kept as its length says. */
        Use begins(long type, long length);

        /**
         * A frame that was wanted whole.
         *
         * @param last whether the stream ends behind it
         */
        void whole(long type, byte[] bytes, int start, int end, boolean last);

        /** A part of a frame that was wanted in parts. */
        void part(ByteBuf in, int start, int length, boolean last);
    }

    private static final byte[] NOTHING = {};

    private final Frames frames;
    /** Belongs to the loop. */
    private final byte[] scratch;

    private final byte[] head = new byte[Http3Frame.HEAD_MAX];
    private int headOctets;
    private long type;
    private @Nullable Use use;
    private long left;
    private byte[] kept = NOTHING;
    private int keptOctets;
    private boolean stopped;

    Http3FrameReader(Frames frames, byte[] scratch) {
        this.frames = frames;
        this.scratch = scratch;
    }

    /** Whether a frame has begun that is not whole yet. */
    boolean midway() {
        return headOctets > 0 || use != null;
    }

    /** Octets that are kept of a frame that is wanted whole. */
    int kept() {
        return keptOctets;
    }

    /** Hands nothing over any more, and forgets what was kept. */
    void stop() {
        stopped = true;
        kept = NOTHING;
        keptOctets = 0;
    }

    /**
     * Reads all of the buffer, which stays the caller's.
     *
     * @param last whether the stream ends behind it
     */
    void take(ByteBuf in, boolean last) {
        while (in.isReadable() && !stopped) {
            Use of = use;
            if (of == null) head(in, last);
            else payload(of, in, last);
        }
    }

    private void head(ByteBuf in, boolean last) {
        head[headOctets++] = in.readByte();
        int typeOctets = Http3Frame.numberLength(head[0]);
        if (headOctets <= typeOctets || headOctets < typeOctets + Http3Frame.numberLength(head[typeOctets])) return;
        type = Http3Frame.number(head, 0);
        left = Http3Frame.number(head, typeOctets);
        headOctets = 0;
        Use of = frames.begins(type, left);
        if (of == Use.FATAL || stopped) {
            stop();
            return;
        }
        if (left > 0) use = of;
        else if (of == Use.WHOLE) frames.whole(type, NOTHING, 0, 0, last && !in.isReadable());
        else if (of == Use.PARTS) frames.part(in, in.readerIndex(), 0, last && !in.isReadable());
    }

    private void payload(Use of, ByteBuf in, boolean last) {
        int count = (int) Math.min(left, in.readableBytes());
        int start = in.readerIndex();
        boolean end = last && count == in.readableBytes();
        if (of == Use.WHOLE) {
            collect(in, count, end);
            return;
        }
        in.skipBytes(count);
        left -= count;
        if (left == 0) use = null;
        if (of == Use.PARTS) frames.part(in, start, count, end && left == 0);
    }

    private void collect(ByteBuf in, int count, boolean end) {
        left -= count;
        if (left == 0) use = null;
        if (left == 0 && keptOctets == 0 && count <= scratch.length) {
            in.readBytes(scratch, 0, count);
            frames.whole(type, scratch, 0, count, end);
            return;
        }
        // Grows with what has come, not with what was announced.
        if (kept.length - keptOctets < count) kept = Arrays.copyOf(kept, Math.max(2 * kept.length, keptOctets + count));
        in.readBytes(kept, keptOctets, count);
        keptOctets += count;
        if (left > 0) return;
        byte[] bytes = kept;
        int octets = keptOctets;
        kept = NOTHING;
        keptOctets = 0;
        frames.whole(type, bytes, 0, octets, end);
    }
}
