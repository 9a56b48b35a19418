package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.StoredResponse;
import io.netty.buffer.ByteBuf;

/**
 * What was on disk under a key, checked.
 *
 * @param content the whole content, the caller's to release; empty when it is in blocks
 * @param generation whose blocks are the content, or 0 when it is here
 * @param blockBytes size of these blocks
 * @param purgeSequence newest purge that had been applied when it was fetched
 */
public record Found(StoredResponse response, ByteBuf content, long generation, int blockBytes, long purgeSequence) {}
