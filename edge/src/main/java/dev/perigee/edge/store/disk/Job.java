package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import io.netty.buffer.ByteBuf;

/** What the writer's thread is asked to do. */
sealed interface Job {
    /** Octets of content that wait with it. */
    default int weight() {
        return 0;
    }

    /** Gives back what it holds. */
    default void release() {}

    /**
     * A response, whole or the head of one in blocks.
     *
     * @param generation 0 for a whole one
     */
    record Response(
            CacheKey key, long hash, StoredResponse response, long generation, ByteBuf content, long purgeSequence)
            implements Job {
        @Override
        public int weight() {
            return content.readableBytes();
        }

        @Override
        public void release() {
            content.release();
        }
    }

    record Block(long hash, long generation, int index, ByteBuf content, long purgeSequence) implements Job {
        @Override
        public int weight() {
            return content.readableBytes();
        }

        @Override
        public void release() {
            content.release();
        }
    }

    record Tombstone(long hash) implements Job {}

    /** Go and see what there is to do. */
    record Wake() implements Job {}
}
