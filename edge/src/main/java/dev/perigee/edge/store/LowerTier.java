package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What is below the memory tier: a disk, or nothing. It gets what memory has to let go of, and the blocks of large objects
 * as they arrive, and gives blocks back. Only {@link #findBlock} waits; all else is for event loops too.
 */
public interface LowerTier {
    /** Nothing is below memory. */
    LowerTier NONE = new LowerTier() {
        @Override
        public void evicted(CacheKey key, Fill fill) {}

        @Override
        public void evicted(BlockKey key, WholeFill block) {}

        @Override
        public void arrived(BlockedFill of, int index, WholeFill block) {}

        @Override
        public void askedFor(BlockKey key) {}

        @Override
        public boolean mayHaveBlock(BlockKey key) {
            return false;
        }

        @Override
        public @Nullable ByteBuf findBlock(BlockedFill of, int index) {
            return null;
        }

        @Override
        public void dropBlocks(long generation, int count) {}
    };

    /** Memory had no room for a response any more. */
    void evicted(CacheKey key, Fill fill);

    /** Memory had no room for a block any more. */
    void evicted(BlockKey key, WholeFill block);

    /** The origin sent a whole block. */
    void arrived(BlockedFill of, int index, WholeFill block);

    /** A reader came to this block. */
    void askedFor(BlockKey key);

    /** Whether it is worth asking {@link #findBlock}. */
    boolean mayHaveBlock(BlockKey key);

    /** A block in full, the caller's to release, or null. Waits. */
    @Nullable
    ByteBuf findBlock(BlockedFill of, int index);

    /** Nobody can name these blocks any more. */
    void dropBlocks(long generation, int count);
}
