package dev.perigee.edge.net;

import dev.perigee.edge.origin.RequestBody;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The content of the request that a connection is receiving. On the connection's event loop, unless said otherwise. */
final class RequestContent implements RequestBody {
    /** What its connection does for it. */
    interface Source {
        void execute(Runnable task);

        /** Someone wants the content: say 100 if the viewer waits for that, and go on reading. */
        void wanted();
    }

    private final Source source;
    private final long length;
    private final @Nullable ChunkedReader chunks;
    private long remaining;
    private @Nullable Sink sink;
    private boolean paused;
    private boolean discarded;
    private boolean ended;

    RequestContent(Source source, long length) {
        this.source = source;
        this.length = length;
        this.remaining = length;
        this.chunks = length == RequestFraming.CHUNKED ? new ChunkedReader() : null;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void into(Sink receiver) {
        source.execute(() -> {
            if (ended) {
                receiver.failed();
                return;
            }
            sink = receiver;
            source.wanted();
        });
    }

    @Override
    public void resume() {
        source.execute(() -> {
            paused = false;
            source.wanted();
        });
    }

    @Override
    public void discard() {
        source.execute(() -> {
            discarded = true;
            source.wanted();
        });
    }

    /** Whether octets would be taken now. */
    boolean flowing() {
        return !ended && !paused && (sink != null || discarded);
    }

    boolean started() {
        return sink != null;
    }

    /** Whether all of it was received. */
    boolean whole() {
        return chunks == null ? remaining == 0 : chunks.done();
    }

    /** Takes what the connection has. False when the framing is broken. */
    boolean feed(ByteBuf in) {
        while (flowing() && in.isReadable() && !whole()) {
            ByteBuf piece;
            if (chunks == null) {
                piece = in.readRetainedSlice((int) Math.min(remaining, in.readableBytes()));
                remaining -= piece.readableBytes();
            } else {
                piece = chunks.read(in);
                if (chunks.broken()) return false;
                if (piece == null) break;
            }
            give(piece);
        }
        if (whole() && !ended && (sink != null || discarded)) {
            ended = true;
            if (sink != null && !discarded) sink.complete();
        }
        return true;
    }

    private void give(ByteBuf piece) {
        Sink to = sink;
        if (discarded || to == null) piece.release();
        else if (!to.append(piece)) paused = true;
    }

    /** The rest will not come. */
    void fail() {
        if (ended) return;
        ended = true;
        Sink to = sink;
        if (to != null && !discarded) to.failed();
    }
}
