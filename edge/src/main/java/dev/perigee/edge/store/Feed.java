package dev.perigee.edge.store;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of consecutive blocks of a large object on their way, from the tier below or from the origin. Content comes from
 * one thread at a time, the filling thread, which alone moves the feed on; others look.
 */
@SuppressWarnings("NonAtomicVolatileUpdate")
public final class Feed {
    private final BlockedFill fill;
    private volatile int end;
    private volatile long position;
    private volatile @Nullable WholeFill current;
    private final List<Integer> filled = new ArrayList<>(BlockedFill.AHEAD + 2);
    /** Octets of the current block are dropped, since somebody else has brought it. */
    private volatile boolean skips;
    /** Position of the first octet that the origin was asked for. */
    private volatile long from;
    /** The content comes from the tier below. On the filling thread. */
    private boolean recalls;

    // Guarded by the fill.
    private long limit;
    private boolean paused;
    private boolean over;
    private @Nullable Supply supply;

    /** Where a feed's content comes from. Called from any thread. */
    public interface Supply {
        /** Go on after {@link Feed#append} returned false. */
        void resume();

        /** Nobody wants the rest. */
        void abandoned();
    }

    Feed(BlockedFill fill, int first, int end) {
        this.fill = fill;
        this.end = end;
        this.from = fill.start(first);
        this.position = from;
        this.limit = fill.start(first + BlockedFill.AHEAD);
    }

    public BlockedFill fill() {
        return fill;
    }

    /** Position of the first octet. */
    public long from() {
        return from;
    }

    /** Position after the last octet. */
    public long to() {
        return Math.min(fill.start(end), fill.wholeLength());
    }

    /** Connects the supply, before the first content; false when nobody wants it any more. */
    public boolean supply(Supply connected) {
        synchronized (fill) {
            supply = connected;
            return !over;
        }
    }

    /** The content that comes begins with the object's first octet, whatever was asked for. */
    public void fromTheStart() {
        from = 0;
        position = 0;
    }

    /** Index of the block that it is filling or will fill next. */
    int next() {
        return fill.blockAt(position);
    }

    /** With the fill's lock held: whether it will come to this block before long. */
    boolean comesTo(int block) {
        return block >= next() && block < end && block - next() <= BlockedFill.AHEAD;
    }

    /**
     * Brings the blocks that the tier below has, up to the first that it has not. Waits.
     *
     * @return whether the origin is to be asked for what is left between {@link #from} and {@link #to}
     */
    public boolean recall() {
        LowerTier lower = fill.store().lower();
        while (position < to() && !isOver()) {
            int block = next();
            ByteBuf content = lower.mayHaveBlock(fill.blockKey(block)) ? lower.findBlock(fill, block) : null;
            if (content == null) return narrow(lower);
            recalls = true;
            append(content);
            recalls = false;
        }
        complete();
        return false;
    }

    /** What is asked for ends where the tier below has a block again; false when nobody wants it any more. */
    private boolean narrow(LowerTier lower) {
        int last = next() + 1;
        while (last < end && !lower.mayHaveBlock(fill.blockKey(last))) last++;
        List<BlockReader> woken = List.of();
        boolean wanted;
        synchronized (fill) {
            wanted = !over;
            from = position;
            limit = fill.start(next() + BlockedFill.AHEAD);
            if (last < end) {
                end = last;
                woken = fill.waitingFrom(last);
            }
        }
        for (BlockReader reader : woken) reader.wake();
        return wanted;
    }

    private boolean isOver() {
        synchronized (fill) {
            return over;
        }
    }

    /** Adds content and takes its reference; false asks the supplier to wait. */
    public boolean append(ByteBuf taken) {
        try {
            while (taken.isReadable() && position < to()) {
                int block = next();
                if (position == fill.start(block) && !begin(block)) return true;
                int size = (int) Math.min(taken.readableBytes(), fill.start(block) + fill.size(block) - position);
                WholeFill into = current;
                if (skips || into == null) taken.skipBytes(size);
                else into.append(taken.readRetainedSlice(size));
                boolean whole = position + size == fill.start(block) + fill.size(block);
                if (whole) finish(block);
                else position += size;
            }
        } finally {
            taken.release();
        }
        return mayGoOn();
    }

    private boolean mayGoOn() {
        synchronized (fill) {
            // Nobody has read as far as this when all that came was dropped.
            if (over || position < limit || position <= from) return true;
            paused = true;
            return false;
        }
    }

    private boolean begin(int block) {
        List<BlockReader> woken;
        synchronized (fill) {
            if (over) return false;
            skips = fill.has(block);
            if (skips) {
                woken = List.of();
            } else {
                WholeFill fresh = WholeFill.block(
                        fill.response(), fill.size(block), fill.store().growth());
                fill.arriving.put(block, fresh);
                current = fresh;
                woken = fill.waitingFor(block);
                // In their hands: a store without room may let go of it before they come.
                for (BlockReader reader : woken) reader.hand(fresh);
            }
        }
        for (BlockReader reader : woken) reader.wake();
        return true;
    }

    private void finish(int block) {
        WholeFill whole = current;
        if (whole != null && !skips) {
            whole.complete();
            fill.keepBlock(block, whole, !recalls);
        }
        List<BlockReader> woken;
        synchronized (fill) {
            position = fill.start(block) + fill.size(block);
            current = null;
            if (over) {
                if (whole != null && !skips) whole.release();
                return;
            }
            if (whole != null && !skips) filled.add(block);
            while (filled.size() > BlockedFill.AHEAD + 1) forget(filled.removeFirst());
            woken = fill.waitingFor(block);
            if (skips) limit = Math.max(limit, fill.start(block + 1 + BlockedFill.AHEAD));
        }
        for (BlockReader reader : woken) reader.wake();
    }

    private void forget(int block) {
        WholeFill done = fill.arriving.remove(block);
        if (done != null) done.release();
    }

    /** With the fill's lock held: a reader has come to this block. True when the supply is to be resumed. */
    boolean want(int block) {
        limit = Math.max(limit, fill.start(block + 1 + BlockedFill.AHEAD));
        if (!paused || over || position >= limit) return false;
        paused = false;
        return true;
    }

    boolean isNearItsEnd() {
        return !paused && to() - position <= fill.blockBytes();
    }

    void resume() {
        Supply told = supply;
        if (told != null) told.resume();
    }

    void abandoned() {
        Supply told = supply;
        if (told != null) told.abandoned();
    }

    /** With the fill's lock held: nothing more is wanted. The block that is being filled stays with the filling thread. */
    void end() {
        over = true;
        fill.feeds.remove(this);
        if (current != null && !skips) fill.arriving.remove(next(), current);
        for (int block : filled) forget(block);
        filled.clear();
    }

    /** On the filling thread, after the end: gives up what will not become whole. */
    private void drop() {
        WholeFill broken = current;
        current = null;
        if (broken == null || skips) return;
        broken.fail();
        broken.release();
    }

    /** The content has ended, though perhaps before {@link #to}. */
    public void complete() {
        finish(position > from);
    }

    /** The content broke off. True when somebody waits for it, who will ask again. */
    public boolean fail() {
        return finish(false);
    }

    private boolean finish(boolean brought) {
        List<BlockReader> woken;
        synchronized (fill) {
            woken = over ? List.of() : fill.allWaiting();
            if (!over) end();
        }
        drop();
        // They look again, and ask again, but not for ever.
        for (BlockReader reader : woken) reader.woken(brought);
        return !woken.isEmpty();
    }
}
