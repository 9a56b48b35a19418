package dev.perigee.edge.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.perigee.core.cache.CacheKey;
import java.util.Map;
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
    private final Thread opening;
    private volatile @Nullable MemoryFile memory;

    /** A store that holds about this many octets, and hands down what it has no room for. */
    public Store(long octetsMax, LowerTier lower) {
        this.lower = lower;
        growth = new Growth(octetsMax / 2, () -> memory);
        // Linking to the system takes a while the first time, and nothing waits for it.
        opening = Thread.ofPlatform().daemon().name("memory-file").start(() -> memory = MemoryFile.open(octetsMax));
        index = Caffeine.newBuilder()
                .maximumWeight(octetsMax)
                .weigher((Object key, Fill fill) -> fill.weight())
                // The index holds one reference to each fill; whatever ends a listing gives it back.
                .removalListener((@Nullable Object key, @Nullable Fill fill, RemovalCause cause) -> {
                    if (fill == null) return;
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

    /** The stored response for this key, retained for the caller; null when there is none. */
    public @Nullable Fill find(CacheKey key) {
        Fill fill = index.getIfPresent(key);
        return fill != null && fill.tryRetain() ? fill : null;
    }

    /** Lists the fill, in place of another with its key. */
    public void put(CacheKey key, Fill fill) {
        if (fill.list()) index.put(key, fill);
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

    /** Counts the fill again after it has grown. */
    public void reweigh(CacheKey key, Fill fill) {
        index.asMap().computeIfPresent(key, (same, listed) -> listed);
    }

    /** Takes everything off the list that the purges name. */
    public void purge(PurgeSet purges) {
        for (Map.Entry<Object, Fill> entry : index.asMap().entrySet()) {
            if (entry.getKey() instanceof CacheKey key
                    && purges.covers(key, entry.getValue().response().fields())) {
                remove(key, entry.getValue());
            }
        }
    }

    public void clear() {
        index.invalidateAll();
        index.cleanUp();
    }

    /** Ends it, after everybody who read from it. */
    @Override
    public void close() {
        clear();
        try {
            opening.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
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
