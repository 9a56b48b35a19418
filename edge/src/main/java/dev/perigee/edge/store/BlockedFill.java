package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A large object, of which each block is stored, evicted and fetched by itself. A reader goes from block to block; one that
 * is neither in the store nor on its way is asked for, and all who wait for it share the answer. So one byte of a large
 * object costs one block, and any number of slow readers hold one block each.
 *
 * <p>Content arrives through {@link Feed}s, each a run of consecutive blocks from one origin answer, which stay at most
 * {@link #AHEAD} blocks ahead of the foremost reader.
 */
public final class BlockedFill implements Fill {
    /** How many whole blocks a feed may be ahead of its foremost reader. */
    static final int AHEAD = 2;

    /** Blocks asked for at once: enough to make requests rare, few enough that a viewer who leaves wastes little. */
    static final int RUN = 16;

    /** A reader whose feeds break so often without a new octet in between gives up. */
    private static final int BREAKS_MAX = 2;

    private static final int OVERHEAD = 1024;

    private final CacheKey key;
    private final long generation;
    private final long length;
    private final int blockBytes;
    private final Store store;
    private volatile StoredResponse response;
    private volatile @Nullable Object rendering;

    private volatile long purgeSequence;

    // All that follows is guarded by this.
    private final List<Feed> feeds = new ArrayList<>(1);
    /** Blocks that feeds are filling or have just filled: a new block may be evicted before its readers come. */
    private final Map<Integer, WholeFill> arriving = new HashMap<>();

    private final List<Place> waiting = new ArrayList<>(1);
    private int references = 1;
    private int listings;
    private boolean dropped;
    private boolean changed;

    /**
     * @param generation never used before for another version or another object
     * @param length octets of the whole object
     */
    public BlockedFill(
            CacheKey key, StoredResponse response, long generation, long length, int blockBytes, Store store) {
        this.key = key;
        this.response = response;
        this.generation = generation;
        this.length = length;
        this.blockBytes = blockBytes;
        this.store = store;
    }

    @Override
    public CacheKey key() {
        return key;
    }

    public long generation() {
        return generation;
    }

    public int blockBytes() {
        return blockBytes;
    }

    public int blockCount() {
        return Math.toIntExact((length + blockBytes - 1) / blockBytes);
    }

    @Override
    public StoredResponse response() {
        return response;
    }

    @Override
    public void refresh(StoredResponse refreshed) {
        response = refreshed;
        rendering = null;
    }

    @Override
    public long wholeLength() {
        return length;
    }

    @Override
    public long purgeSequence() {
        return purgeSequence;
    }

    @Override
    public void purgeSequence(long sequence) {
        purgeSequence = sequence;
    }

    @Override
    public boolean isKept() {
        return true;
    }

    @Override
    public @Nullable Object rendering() {
        return rendering;
    }

    @Override
    public void rendering(Object rendered) {
        rendering = rendered;
    }

    @Override
    public int weight() {
        return OVERHEAD + WholeFill.octets(response.fields());
    }

    @Override
    public synchronized boolean tryRetain() {
        if (references == 0) return false;
        references++;
        return true;
    }

    @Override
    public void release() {
        giveBack(0, false);
    }

    @Override
    public synchronized boolean list() {
        if (!tryRetain()) return false;
        listings++;
        return true;
    }

    @Override
    public void delist(boolean forGood) {
        giveBack(1, forGood);
    }

    private void giveBack(int listing, boolean forGood) {
        List<Feed> stopped = List.of();
        boolean drop;
        synchronized (this) {
            if (--references < 0) throw new IllegalStateException("released too often");
            listings -= listing;
            dropped |= forGood;
            // Nobody reads: what is not here yet can be asked for when somebody does. A last block that is on its way
            // has
            // been paid for, though.
            if (references == listings && !feeds.isEmpty()) {
                stopped = new ArrayList<>(feeds);
                stopped.removeIf(Feed::isNearItsEnd);
                for (Feed feed : stopped) feed.end();
            }
            drop = dropped && references == 0;
        }
        for (Feed feed : stopped) feed.abandoned();
        if (drop) store.dropBlocks(generation, blockCount());
    }

    @Override
    public void abandon() {
        // Feeds end with the last user, who may be another than the caller.
    }

    @Override
    public @Nullable ByteBuf single() {
        return null;
    }

    @Override
    public @Nullable Reader read(long from, long to, Follower follower) {
        return tryRetain() ? new Place(from, Math.min(to, length), follower) : null;
    }

    /** The origin has another version now: what is missing of this one will never come. */
    public void changed() {
        List<Feed> stopped;
        List<Place> told;
        synchronized (this) {
            changed = true;
            stopped = List.copyOf(feeds);
            for (Feed feed : stopped) feed.end();
            told = allWaiting();
        }
        for (Feed feed : stopped) feed.abandoned();
        for (Place place : told) place.follower.wake();
    }

    /**
     * A feed for content that is already coming, from the start of a block on.
     *
     * @param first index of its first block
     * @param end index after its last block
     */
    public synchronized Feed feed(int first, int end) {
        Feed feed = new Feed(first, Math.min(end, blockCount()));
        feeds.add(feed);
        return feed;
    }

    private List<Place> allWaiting() {
        List<Place> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    private List<Place> waitingFor(int block) {
        List<Place> found = new ArrayList<>(waiting.size());
        for (Place place : waiting) {
            if (place.block() == block) found.add(place);
        }
        waiting.removeAll(found);
        return found;
    }

    private @Nullable WholeFill findBlock(int index) {
        WholeFill block = arriving.get(index);
        if (block != null && block.tryRetain()) return block;
        return store.findBlock(new BlockKey(generation, index));
    }

    private boolean has(int index) {
        return arriving.containsKey(index) || store.hasBlock(new BlockKey(generation, index));
    }

    /** With the lock held: a new feed that begins with this block, or null when one will come to it soon. */
    private @Nullable Feed claim(int block, int last, List<Feed> resumed) {
        for (Feed feed : feeds) {
            if (block < feed.next() || block >= feed.end || block - feed.next() > AHEAD) continue;
            if (feed.want(block)) resumed.add(feed);
            return null;
        }
        int end = block + 1;
        while (end <= last && end - block < RUN && !has(end)) end++;
        return feed(block, end);
    }

    private long start(int block) {
        return (long) block * blockBytes;
    }

    private int size(int block) {
        return (int) Math.min(blockBytes, length - start(block));
    }

    /** Where a feed's content comes from. Called from any thread. */
    public interface Supply {
        /** Go on after {@link Feed#append} returned false. */
        void resume();

        /** Nobody wants the rest. */
        void abandoned();
    }

    /** A run of consecutive blocks on their way. Content comes from one thread at a time, the filling thread. */
    // That thread alone moves it on; others look.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public final class Feed {
        private final int end;
        private volatile long position;
        private volatile @Nullable WholeFill current;
        private final List<Integer> filled = new ArrayList<>(AHEAD + 2);
        /** Octets of the current block are dropped, since somebody else has brought it. */
        private volatile boolean skips;

        // Guarded by the fill.
        private long limit;
        private boolean paused;
        private boolean over;
        private @Nullable Supply supply;
        private volatile long from;

        private Feed(int first, int end) {
            this.end = end;
            this.from = start(first);
            this.position = from;
            this.limit = start(first + AHEAD);
        }

        public BlockedFill fill() {
            return BlockedFill.this;
        }

        /** Position of the first octet. */
        public long from() {
            return from;
        }

        /** Position after the last octet. */
        public long to() {
            return Math.min(start(end), length);
        }

        /** Connects the supply, before the first content; false when nobody wants it any more. */
        public boolean supply(Supply connected) {
            synchronized (BlockedFill.this) {
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
        private int next() {
            return (int) (position / blockBytes);
        }

        /** Adds content and takes its reference; false asks the supplier to wait. */
        public boolean append(ByteBuf taken) {
            try {
                while (taken.isReadable() && position < to()) {
                    int block = next();
                    if (position == start(block) && !begin(block)) return true;
                    int size = (int) Math.min(taken.readableBytes(), start(block) + size(block) - position);
                    WholeFill into = current;
                    if (skips || into == null) taken.skipBytes(size);
                    else into.append(taken.readRetainedSlice(size));
                    boolean whole = position + size == start(block) + size(block);
                    if (whole) finish(block);
                    else position += size;
                }
            } finally {
                taken.release();
            }
            return mayGoOn();
        }

        private boolean mayGoOn() {
            synchronized (BlockedFill.this) {
                // Nobody has read as far as this when all that came was dropped.
                if (over || position < limit || position <= from) return true;
                paused = true;
                return false;
            }
        }

        private boolean begin(int block) {
            List<Place> woken;
            synchronized (BlockedFill.this) {
                if (over) return false;
                skips = has(block);
                if (skips) {
                    woken = List.of();
                } else {
                    WholeFill fresh = WholeFill.block(response, size(block));
                    arriving.put(block, fresh);
                    current = fresh;
                    woken = waitingFor(block);
                }
            }
            for (Place place : woken) place.follower.wake();
            return true;
        }

        private void finish(int block) {
            WholeFill whole = current;
            if (whole != null && !skips) {
                whole.complete();
                store.putBlock(new BlockKey(generation, block), whole);
            }
            List<Place> woken;
            synchronized (BlockedFill.this) {
                position = start(block) + size(block);
                current = null;
                if (over) {
                    if (whole != null && !skips) whole.release();
                    return;
                }
                if (whole != null && !skips) filled.add(block);
                while (filled.size() > AHEAD + 1) forget(filled.removeFirst());
                woken = waitingFor(block);
                if (skips) limit = Math.max(limit, start(block + 1 + AHEAD));
            }
            for (Place place : woken) place.follower.wake();
        }

        private void forget(int block) {
            WholeFill done = arriving.remove(block);
            if (done != null) done.release();
        }

        /** With the lock held: a reader has come to this block. True when the supply is to be resumed. */
        private boolean want(int block) {
            limit = Math.max(limit, start(block + 1 + AHEAD));
            if (!paused || over || position >= limit) return false;
            paused = false;
            return true;
        }

        private boolean isNearItsEnd() {
            return !paused && to() - position <= blockBytes;
        }

        private void resume() {
            Supply told = supply;
            if (told != null) told.resume();
        }

        private void abandoned() {
            Supply told = supply;
            if (told != null) told.abandoned();
        }

        /** With the lock held: nothing more is wanted. The block that is being filled stays with the filling thread. */
        private void end() {
            over = true;
            feeds.remove(this);
            if (current != null && !skips) arriving.remove(next(), current);
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

        /** The content broke off. */
        public void fail() {
            finish(false);
        }

        private void finish(boolean brought) {
            List<Place> woken;
            synchronized (BlockedFill.this) {
                woken = over ? List.of() : allWaiting();
                if (!over) end();
            }
            drop();
            // They look again, and ask again, but not for ever.
            for (Place place : woken) place.woken(brought);
        }
    }

    // What is volatile here is written by the reading thread, or by the one about to wake it, never by two at once.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private final class Place implements Reader {
        private final long to;
        private final Follower follower;
        private volatile long position;
        private volatile int breaks;
        private boolean failed;
        private boolean closed;
        private @Nullable Reader inner;

        private Place(long from, long to, Follower follower) {
            this.position = from;
            this.to = to;
            this.follower = follower;
        }

        private int block() {
            return (int) (position / blockBytes);
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
                Reader reading = inner;
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

        private void woken(boolean brought) {
            if (!brought) broke();
            follower.wake();
        }

        /** Goes on with the block at this position; false when it has to wait, or gives up. */
        private boolean open() {
            int block = block();
            List<Feed> resumed = new ArrayList<>(1);
            Feed asked = null;
            WholeFill found;
            synchronized (BlockedFill.this) {
                found = findBlock(block);
                if (found == null) {
                    failed = changed || breaks > BREAKS_MAX;
                    if (failed) return false;
                    waiting.add(this);
                    asked = claim(block, (int) ((to - 1) / blockBytes), resumed);
                } else {
                    for (Feed feed : feeds) {
                        if (feed.next() - block <= AHEAD && feed.next() >= block && feed.want(block)) resumed.add(feed);
                    }
                }
            }
            for (Feed feed : resumed) feed.resume();
            if (asked != null) follower.missing(asked);
            if (found == null) return false;
            inner = found.read(position - start(block), Math.min(to - start(block), size(block)), follower);
            found.release();
            return true;
        }

        @Override
        public void close() {
            if (closed) return;
            closed = true;
            Reader reading = inner;
            inner = null;
            if (reading != null) reading.close();
            synchronized (BlockedFill.this) {
                waiting.remove(this);
            }
            release();
        }
    }
}
