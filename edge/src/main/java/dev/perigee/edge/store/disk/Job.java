package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.edge.store.BlockKey;
import io.netty.buffer.ByteBuf;

/** What the writer's thread is asked to do. */
sealed interface Job {
    /** Octets of content that wait with it. */
    default int weight() {
        return 0;
    }

    /** Gives back what it holds. */
    default void release() {}

    /** A response, whole or the head of one in blocks. */
    record Response(CacheKey key, long hash, Meta meta, ByteBuf content, long purgeSequence) implements Job {
        @Override
        public int weight() {
            return content.readableBytes();
        }

        @Override
        public void release() {
            content.release();
        }
    }

    record Block(long hash, BlockKey key, ByteBuf content, long purgeSequence) implements Job {
        @Override
        public int weight() {
            return content.readableBytes();
        }

        @Override
        public void release() {
            content.release();
        }
    }

    /** Hash of what is going to be written, or 0. */
    default long writes() {
        return switch (this) {
            case Response response -> response.hash;
            case Block block -> block.hash;
            case Tombstone _, Wake _ -> 0;
        };
    }

    record Tombstone(long hash) implements Job {}

    /** Go and see what there is to do. */
    record Wake() implements Job {}
}
