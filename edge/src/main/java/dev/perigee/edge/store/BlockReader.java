package dev.perigee.edge.store;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reader's way through a large object, from block to block. What is volatile here is written by the reading thread, or
 * by the one about to wake it, never by two at once.
 */
@SuppressWarnings("NonAtomicVolatileUpdate")
final class BlockReader implements Fill.Reader {
    /** A reader whose feeds break so often without a new octet in between gives up. */
    private static final int BREAKS_MAX = 2;

    private final BlockedFill fill;
    private final long to;
    private final Fill.Follower follower;
    private volatile long position;
    private volatile int breaks;
    private boolean failed;
    private int askedFor = -1;
    private Fill.@Nullable Reader inner;

    // Guarded by the fill.
    private boolean closed;
    /** The block it waited for, with a reference of its own. */
    private @Nullable WholeFill handed;

    BlockReader(BlockedFill fill, long from, long to, Fill.Follower follower) {
        this.fill = fill;
        this.position = from;
        this.to = to;
        this.follower = follower;
    }

    int block() {
        return fill.blockAt(position);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public boolean atEnd() {
        return position >= to;
    }

    @Override
    public boolean failed() {
        return failed;
    }

    @Override
    public @Nullable ByteBuf next() {
        while (position < to && !failed) {
            Fill.Reader reading = inner;
            if (reading == null) {
                if (!open()) return null;
                continue;
            }
            ByteBuf piece = reading.next();
            if (piece != null) {
                position += piece.readableBytes();
                breaks = 0;
                return piece;
            }
            if (!reading.atEnd() && !reading.failed()) return null;
            if (reading.failed()) broke();
            inner = null;
            reading.close();
        }
        return null;
    }

    private void broke() {
        breaks++;
    }

    void wake() {
        follower.wake();
    }

    void woken(boolean brought) {
        if (!brought) broke();
        follower.wake();
    }

    /** With the fill's lock held: the block that it waits for. */
    void hand(WholeFill block) {
        if (!closed && handed == null && block.tryRetain()) handed = block;
    }

    /** Goes on with the block at this position; false when it has to wait, or gives up. */
    private boolean open() {
        int block = block();
        if (block != askedFor) {
            askedFor = block;
            fill.store().lower().askedFor(fill.blockKey(block));
        }
        List<Feed> resumed = new ArrayList<>(1);
        Feed asked = null;
        WholeFill found;
        synchronized (fill) {
            found = handed;
            handed = null;
            if (found == null) found = fill.findBlock(block);
            if (found == null) {
                failed = fill.isChanged() || breaks > BREAKS_MAX;
                if (failed) return false;
                asked = fill.await(this, (int) ((to - 1) / fill.blockBytes()), resumed);
            } else {
                fill.wantBehind(block, resumed);
            }
        }
        for (Feed feed : resumed) feed.resume();
        if (asked != null) follower.missing(asked);
        if (found == null) return false;
        long start = fill.start(block);
        inner = found.read(position - start, Math.min(to - start, fill.size(block)), follower);
        found.release();
        return true;
    }

    @Override
    public void close() {
        WholeFill unread;
        synchronized (fill) {
            if (closed) return;
            closed = true;
            fill.leave(this);
            unread = handed;
            handed = null;
        }
        if (unread != null) unread.release();
        Fill.Reader reading = inner;
        inner = null;
        if (reading != null) reading.close();
        fill.release();
    }
}
