package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A large object, of which each block is stored, evicted and fetched by itself. A reader goes from block to block; one that
 * is neither in memory nor on its way is read from the tier below or asked for, and all who wait for it share the answer.
 * So one byte of a large object costs one block, and any number of slow readers hold one block each.
 *
 * <p>Content arrives through {@link Feed}s, each a run of consecutive blocks from one origin answer or from the tier below,
 * which stay at most {@link #AHEAD} blocks ahead of the foremost reader.
 */
public final class BlockedFill implements Fill {
    /** How many whole blocks a feed may be ahead of its foremost reader. */
    static final int AHEAD = 2;

    /** Blocks asked for at once: enough to make requests rare, few enough that a viewer who leaves wastes little. */
    static final int RUN = 16;

    private static final int OVERHEAD = 1024;

    private static final AtomicReferenceFieldUpdater<BlockedFill, StoredResponse> RESPONSE =
            AtomicReferenceFieldUpdater.newUpdater(BlockedFill.class, StoredResponse.class, "response");

    private final CacheKey key;
    private final long generation;
    private final long length;
    private final int blockBytes;
    private final Store store;
    private volatile StoredResponse response;
    private volatile @Nullable Object rendering;

    private volatile long purgeSequence;

    // All that follows is guarded by this.
    final List<Feed> feeds = new ArrayList<>(1);
    /** Blocks that feeds are filling or have just filled: a new block may be evicted before its readers come. */
    final Map<Integer, WholeFill> arriving = new HashMap<>();

    private final List<BlockReader> waiting = new ArrayList<>(1);
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
    public StoredResponse refresh(UnaryOperator<StoredResponse> change) {
        StoredResponse refreshed = RESPONSE.updateAndGet(this, change);
        rendering = null;
        return refreshed;
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
        // It may have been replaced, and have its place again.
        dropped = false;
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
        if (drop) dropBlocks();
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
        return tryRetain() ? new BlockReader(this, from, Math.min(to, length), follower) : null;
    }

    /** The origin has another version now: what is missing of this one will never come. */
    public void changed() {
        List<Feed> stopped;
        List<BlockReader> told;
        synchronized (this) {
            changed = true;
            stopped = List.copyOf(feeds);
            for (Feed feed : stopped) feed.end();
            told = allWaiting();
        }
        for (Feed feed : stopped) feed.abandoned();
        for (BlockReader reader : told) reader.wake();
    }

    /**
     * A feed for content that is already coming.
     *
     * @param from position of its first octet, the start of a block
     * @param octets of content
     */
    public Feed feed(long from, long octets) {
        return feed(blockAt(from), (int) ((from + octets + blockBytes - 1) / blockBytes));
    }

    /**
     * A feed for content that is already coming, from the start of a block on.
     *
     * @param first index of its first block
     * @param end index after its last block
     */
    private synchronized Feed feed(int first, int end) {
        Feed feed = new Feed(this, first, Math.min(end, blockCount()));
        feeds.add(feed);
        return feed;
    }

    /** Whether the content at this position is here, below, or on its way, and need not be asked for. */
    public synchronized boolean holds(long position) {
        int block = blockAt(position);
        if (has(block) || store.lower().mayHaveBlock(blockKey(block))) return true;
        for (Feed feed : feeds) {
            if (feed.comesTo(block)) return true;
        }
        return false;
    }

    private void dropBlocks() {
        store.dropBlocks(generation, blockCount());
        store.lower().dropBlocks(generation, blockCount());
    }

    Store store() {
        return store;
    }

    synchronized boolean isChanged() {
        return changed;
    }

    /** Lists a whole block, and has it written below when it came from the origin and somebody will be able to name it. */
    void keepBlock(int index, WholeFill block, boolean fromOrigin) {
        store.putBlock(blockKey(index), block);
        if (fromOrigin && !isGone()) store.lower().arrived(this, index, block);
    }

    /** Whether nobody will find this version any more. */
    public synchronized boolean isGone() {
        return dropped || changed;
    }

    // What follows is called with the lock held.

    void leave(BlockReader reader) {
        waiting.remove(reader);
    }

    List<BlockReader> allWaiting() {
        List<BlockReader> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    List<BlockReader> waitingFor(int block) {
        List<BlockReader> found = new ArrayList<>(waiting.size());
        for (BlockReader reader : waiting) {
            if (reader.block() == block) found.add(reader);
        }
        waiting.removeAll(found);
        return found;
    }

    /** Those who wait for this block or a later one. */
    List<BlockReader> waitingFrom(int block) {
        List<BlockReader> found = new ArrayList<>(waiting.size());
        for (BlockReader reader : waiting) {
            if (reader.block() >= block) found.add(reader);
        }
        waiting.removeAll(found);
        return found;
    }

    @Nullable
    WholeFill findBlock(int index) {
        WholeFill block = arriving.get(index);
        if (block != null && block.tryRetain()) return block;
        return store.findBlock(blockKey(index));
    }

    boolean has(int index) {
        return arriving.containsKey(index) || store.hasBlock(blockKey(index));
    }

    /**
     * A reader waits for its block.
     *
     * @param last block that it will want
     * @param resumed gets the feeds whose supply is to be resumed
     * @return a new feed that begins with this block, or null when one will come to it soon
     */
    @Nullable
    Feed await(BlockReader reader, int last, List<Feed> resumed) {
        waiting.add(reader);
        int block = reader.block();
        for (Feed feed : feeds) {
            if (!feed.comesTo(block)) continue;
            if (feed.want(block)) resumed.add(feed);
            return null;
        }
        // What is below is read in short runs, which never have to pause.
        boolean below = store.lower().mayHaveBlock(blockKey(block));
        int most = block + (below ? AHEAD : RUN);
        int end = block + 1;
        while (end <= last && end < most && !has(end) && store.lower().mayHaveBlock(blockKey(end)) == below) end++;
        return feed(block, end);
    }

    /** A reader has come to this block: feeds that are not far ahead may go on. */
    void wantBehind(int block, List<Feed> resumed) {
        for (Feed feed : feeds) {
            int ahead = feed.next() - block;
            if (ahead >= 0 && ahead <= AHEAD && feed.want(block)) resumed.add(feed);
        }
    }

    // What follows never changes.

    public BlockKey blockKey(int index) {
        return new BlockKey(generation, index);
    }

    int blockAt(long position) {
        return (int) (position / blockBytes);
    }

    long start(int block) {
        return (long) block * blockBytes;
    }

    /** Octets of this block. */
    public int size(int block) {
        return (int) Math.min(blockBytes, length - start(block));
    }
}
