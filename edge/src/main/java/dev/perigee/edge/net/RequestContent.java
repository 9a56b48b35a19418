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
    private final long octetsMax;
    private final @Nullable ChunkedReader chunks;
    private long remaining;
    private long received;
    private @Nullable Sink sink;
    private boolean paused;
    private boolean discarded;
    private boolean ended;

    /** @param octetsMax of chunked content; what says its length was looked at before */
    RequestContent(Source source, long length, long octetsMax) {
        this.source = source;
        this.octetsMax = octetsMax;
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

    /** Whether more has come than anybody takes. */
    boolean tooLarge() {
        return received > octetsMax;
    }

    /** Takes what the connection has. False when the framing is broken, or it is too large. */
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
                received += piece.readableBytes();
                if (tooLarge()) {
                    piece.release();
                    return false;
                }
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
