package dev.perigee.edge.net;

import dev.perigee.edge.origin.RequestBody;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request on a stream. What comes before an origin is ready for it, or faster than one takes it, waits
 * here; the stream's window bounds how much that can be. On the connection's event loop, unless said otherwise.
 */
final class StreamContent implements RequestBody {
    /** What its stream does for it. On the stream's event loop. */
    interface Source {
        /** Safe from any thread. */
        void execute(Runnable task);

        /** An origin is ready for the content. */
        void wanted();

        /** Octets of content that nobody has to keep any more; {@code more} when others are welcome in their place. */
        void consumed(int octets, boolean more);
    }

    private final Source stream;
    private final long length;
    private final long octetsMax;
    private long received;
    private @Nullable ByteBuf waiting;
    private @Nullable Sink sink;
    private boolean paused;
    private boolean discarded;
    private boolean whole;
    private boolean ended;

    /** Content of this length, or of an unknown one up to so many octets. */
    StreamContent(Source stream, long length, long octetsMax) {
        this.stream = stream;
        this.length = length;
        this.octetsMax = octetsMax;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void into(Sink receiver) {
        stream.execute(() -> {
            if (ended) {
                receiver.failed();
                return;
            }
            sink = receiver;
            if (!whole) stream.wanted();
            pass();
        });
    }

    @Override
    public void resume() {
        stream.execute(() -> {
            paused = false;
            pass();
        });
    }

    @Override
    public void discard() {
        stream.execute(() -> {
            discarded = true;
            drop();
        });
    }

    /** Whether somebody waits for the viewer to send. */
    boolean starved() {
        return sink != null && !whole && !ended && !paused && waiting == null;
    }

    /** Whether all of it was received. */
    boolean whole() {
        return whole;
    }

    /** Whether more has come than anybody takes. */
    boolean tooLarge() {
        return received > octetsMax;
    }

    /**
     * Takes what a frame has. False when it is more, or at the end less, than was announced, or too large.
     *
     * @param from index in the buffer, which stays the caller's
     */
    boolean receive(ByteBuf in, int from, int count, boolean last) {
        received += count;
        if (length >= 0 && (received > length || (last && received < length))) return false;
        if (tooLarge()) return false;
        whole = last;
        if (ended || discarded) {
            stream.consumed(count, false);
        } else if (count > 0) {
            keep(in, from, count);
        }
        pass();
        return true;
    }

    private void keep(ByteBuf in, int from, int count) {
        if (waiting == null && sink != null && !paused) {
            give(in.retainedSlice(from, count));
            return;
        }
        // Copied, since a slice would hold on to the whole buffer it was received in, however small it is.
        ByteBuf before = waiting;
        if (before == null) {
            before = in.alloc().buffer(Math.max(count, 1024));
            waiting = before;
        }
        before.writeBytes(in, from, count);
    }

    private void give(ByteBuf taken) {
        Sink to = sink;
        int count = taken.readableBytes();
        if (to == null || ended) taken.release();
        else if (!to.append(taken)) paused = true;
        stream.consumed(count, true);
    }

    private void pass() {
        ByteBuf before = waiting;
        Sink to = sink;
        if (to == null || paused || ended || discarded) return;
        if (before != null) {
            waiting = null;
            give(before);
        }
        if (whole && !ended && waiting == null) {
            ended = true;
            to.complete();
        }
    }

    private void drop() {
        ByteBuf before = waiting;
        waiting = null;
        if (before == null) return;
        int count = before.readableBytes();
        before.release();
        stream.consumed(count, false);
    }

    /** The rest will not come. */
    void fail() {
        drop();
        if (ended) return;
        ended = true;
        Sink to = sink;
        if (to != null && !discarded) to.failed();
    }
}
