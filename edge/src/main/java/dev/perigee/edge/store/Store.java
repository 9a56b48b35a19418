package dev.perigee.edge.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The index of stored responses: the memory tier. Which ones stay is decided by W-TinyLFU, so that a wave of responses
 * nobody asks for twice does not displace the popular ones.
 */
public final class Store implements AutoCloseable {
    /** Responses by {@link CacheKey}, and blocks of large ones by {@link BlockKey}. */
    private final Cache<Object, Fill> index;

    private final Growth growth;
    private final LowerTier lower;

    /** For what takes long: looking through all keys, and opening the memory file at first, for which nothing waits. */
    private final ExecutorService upkeep = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("store-upkeep").factory());

    private volatile @Nullable MemoryFile memory;

    /** Purges that the sweep has not ended for: what they cover may still be listed, but is not found. */
    private final PurgeIndex pending = new PurgeIndex();

    /** The newest of them, 0 when there is none. */
    private volatile long pendingUpTo;

    /** The newest whose sweep has ended: they are not compared with any more. */
    private volatile long sweptUpTo;

    private boolean sweeping;

    private final Predecessors predecessors;

    private final History history = new History();

    /** A store that holds about this many octets, and hands down what it has no room for. */
    public Store(long octetsMax, LowerTier lower) {
        this.lower = lower;
        growth = new Growth(octetsMax / 2, () -> memory);
        predecessors = new Predecessors(octetsMax / 8);
        upkeep.execute(() -> memory = MemoryFile.open(octetsMax));
        index = Caffeine.newBuilder()
                .maximumWeight(octetsMax)
                .weigher((Object key, Fill fill) -> fill.weight())
                // The index holds one reference to each fill; whatever ends a listing gives it back.
                .removalListener((@Nullable Object key, @Nullable Fill fill, RemovalCause cause) -> {
                    if (fill == null) return;
                    predecessors.drop(fill);
                    if (cause.wasEvicted()) handDown(key, fill);
                    fill.delist(!cause.wasEvicted());
                })
                // Upkeep is short and belongs to whoever caused it: no other pool of threads.
                .executor(Runnable::run)
                .build();
    }

    private void handDown(@Nullable Object key, Fill fill) {
        if (key instanceof CacheKey of) lower.evicted(of, fill);
        if (key instanceof BlockKey of && fill instanceof WholeFill block) lower.evicted(of, block);
    }

    LowerTier lower() {
        return lower;
    }

    /** The room that responses share while they arrive. */
    public Growth growth() {
        return growth;
    }

    /** What became of what was stored, and of what was not. */
    public History history() {
        return history;
    }

    /** The stored response for this key, retained for the caller; null when there is none. */
    public @Nullable Fill find(CacheKey key) {
        long swept = sweptUpTo;
        Fill fill = index.getIfPresent(key);
        if (fill == null) return null;
        if (pendingUpTo != 0 && isPurged(key, fill)) {
            removePurged(key, fill);
            return null;
        }
        if (!fill.tryRetain()) return null;
        if (sweptUpTo == swept) return fill;
        // A sweep ended in between: it may have been for this one, and what it was for is forgotten.
        fill.release();
        return find(key);
    }

    /** What is listed for this key now; does not count as a use. */
    public @Nullable StoredResponse look(CacheKey key) {
        Fill fill = index.policy().getIfPresentQuietly(key);
        return fill == null || (pendingUpTo != 0 && isPurged(key, fill)) ? null : fill.response();
    }

    /** Lists the fill, in place of another with its key. */
    public void put(CacheKey key, Fill fill) {
        if (!fill.list()) return;
        index.put(key, fill);
        history.stored(key, fill.purgeSequence());
    }

    /**
     * Lists the fill in place of a stale one, which is kept at hand until {@link #settle}: the fill may break off before
     * it is whole. The caller holds a reference to both.
     */
    public synchronized void succeed(CacheKey key, Fill fill, Fill stale) {
        boolean purged = pendingUpTo != 0 && isPurged(key, stale);
        if (!purged) predecessors.keep(fill, stale);
        if (!fill.list()) {
            predecessors.drop(fill);
            return;
        }
        // Of what was purged and swept, or is another's by now, nothing is to come back.
        if (index.asMap().put(key, fill) != stale) predecessors.drop(fill);
        history.stored(key, fill.purgeSequence());
    }

    /** The fill is whole, or nobody waits for that: what it took the place of is let go. */
    public void settle(Fill fill) {
        predecessors.drop(fill);
    }

    /**
     * The fill broke off: what it took the place of has it again. Null when there is nothing of that kind any more,
     * because it was purged, or the fill is not listed; then nothing changes.
     */
    public synchronized @Nullable Fill restore(CacheKey key, Fill broken) {
        Fill predecessor = predecessors.take(broken);
        if (predecessor == null) return null;
        try {
            if (!predecessor.list()) return null;
            if (index.asMap().replace(key, broken, predecessor)) return predecessor;
            predecessor.delist(true);
            return null;
        } finally {
            predecessor.release();
        }
    }

    /** The block, retained for the caller; null when it is not here. */
    @Nullable
    WholeFill findBlock(BlockKey key) {
        return index.getIfPresent(key) instanceof WholeFill block && block.tryRetain() ? block : null;
    }

    /** Whether the block is here now; does not count as a use. */
    boolean hasBlock(BlockKey key) {
        return index.policy().getIfPresentQuietly(key) != null;
    }

    /** Lists a complete block. */
    void putBlock(BlockKey key, WholeFill block) {
        if (block.list()) index.put(key, block);
    }

    /** Takes the blocks of an object off the list that nobody can name any more. */
    void dropBlocks(long generation, int count) {
        for (int i = 0; i < count; i++) index.invalidate(new BlockKey(generation, i));
    }

    /** Takes the fill off the list, unless another has taken its place. */
    public void remove(CacheKey key, Fill fill) {
        index.asMap().remove(key, fill);
    }

    private void removePurged(CacheKey key, Fill fill) {
        remove(key, fill);
        history.purged(key);
    }

    /** Counts the fill again after it has grown. */
    public void reweigh(CacheKey key, Fill fill) {
        index.asMap().computeIfPresent(key, (same, listed) -> listed);
    }

    /**
     * When this returns, nothing is found that these purges cover and that began before them. That it leaves the list takes as
     * long as it takes to look at every key, and happens by and by.
     */
    public synchronized void purge(List<PurgeLog.Entry> purges) {
        history.purged(purges);
        purges.forEach(pending::add);
        predecessors.dropIf(this::isPurged);
        pendingUpTo = Math.max(pendingUpTo, purges.getLast().purge().sequence());
        if (sweeping) return;
        sweeping = true;
        // Not a thread of its own: whoever purges would wait until it runs, which takes long where all cores are busy.
        upkeep.execute(this::sweep);
    }

    private void sweep() {
        long upTo;
        do {
            upTo = pendingUpTo;
            for (Map.Entry<Object, Fill> entry : index.asMap().entrySet()) {
                if (entry.getKey() instanceof CacheKey key && isPurged(key, entry.getValue()))
                    removePurged(key, entry.getValue());
            }
        } while (!swept(upTo));
    }

    /** Whether that was all. */
    private synchronized boolean swept(long upTo) {
        sweptUpTo = upTo;
        pending.removeUpTo(upTo);
        if (pendingUpTo > upTo) return false;
        pendingUpTo = 0;
        sweeping = false;
        return true;
    }

    private boolean isPurged(Fill fill) {
        CacheKey key = fill.key();
        return key != null && isPurged(key, fill);
    }

    private boolean isPurged(CacheKey key, Fill fill) {
        return pending.covers(fill.purgeSequence(), key, fill.response().fields());
    }

    /** Takes everything off the list that the purges name, whenever it began. */
    public void purge(PurgeSet purges) {
        synchronized (this) {
            predecessors.dropIf(fill -> isCovered(purges, fill.key(), fill));
        }
        for (Map.Entry<Object, Fill> entry : index.asMap().entrySet()) {
            if (entry.getKey() instanceof CacheKey key && isCovered(purges, key, entry.getValue())) {
                removePurged(key, entry.getValue());
            }
        }
    }

    private static boolean isCovered(PurgeSet purges, @Nullable CacheKey key, Fill fill) {
        return key != null && purges.covers(key, fill.response().fields());
    }

    /** Every key that is listed just now; does not count as a use. */
    public Iterable<CacheKey> keys() {
        return () -> index.asMap().keySet().stream()
                .filter(CacheKey.class::isInstance)
                .map(CacheKey.class::cast)
                .iterator();
    }

    public void clear() {
        synchronized (this) {
            predecessors.dropIf(_ -> true);
        }
        index.invalidateAll();
        index.cleanUp();
    }

    /** Ends it, after everybody who read from it. */
    @Override
    public void close() {
        clear();
        upkeep.close();
        MemoryFile file = memory;
        if (file != null) file.close();
    }

    public long objects() {
        return index.estimatedSize();
    }

    public long octets() {
        return index.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }
}
