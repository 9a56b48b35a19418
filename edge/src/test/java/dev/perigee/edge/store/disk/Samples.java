package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Fields;
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.Growth;
import dev.perigee.edge.store.LowerTier;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.WholeFill;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Keys, responses and content that can be told apart. */
final class Samples {
    private Samples() {}

    static CacheKey key(String path) {
        return CacheKey.restored("E1", false, path, null, null, List.of(), List.of(), null);
    }

    static StoredResponse response(String etag) {
        return new StoredResponse(
                200, Fields.of("ETag", etag, "Tags", "Cats, dogs"), 1_000, 0, 3_600, 0, -1, false, etag, -1, -1);
    }

    static WholeFill whole(String path, int length) {
        WholeFill fill = WholeFill.kept(key(path), response(path), new Growth(1 << 20), 1 << 20, 1 << 16);
        fill.append(content(path, length));
        fill.complete();
        return fill;
    }

    static BlockedFill blocked(String path, long generation, int blockBytes, long length) {
        return new BlockedFill(
                key(path), response(path), generation, length, blockBytes, new Store(1 << 20, LowerTier.NONE));
    }

    static WholeFill block(BlockedFill of, ByteBuf taken) {
        WholeFill block = WholeFill.block(of.response(), taken.readableBytes(), new Growth(Long.MAX_VALUE));
        block.append(taken);
        block.complete();
        return block;
    }

    static byte[] octets(String seed, int length) {
        byte[] octets = new byte[length];
        new Random(seed.hashCode()).nextBytes(octets);
        return octets;
    }

    static ByteBuf content(String seed, int length) {
        return ByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(octets(seed, length));
    }

    /** Whether it is this content; releases it. */
    static boolean isContent(ByteBuf taken, String seed, int length) {
        byte[] found = new byte[taken.readableBytes()];
        taken.readBytes(found);
        taken.release();
        return Arrays.equals(found, octets(seed, length));
    }
}
