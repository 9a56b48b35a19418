package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.StoredResponse;
import io.netty.buffer.ByteBuf;

/**
 * What stands between key and body of a record: the response, and for one in blocks how to find them.
 *
 * @param generation whose blocks are the content, or 0 when the content is the record's body
 * @param blockBytes size of a block, which may have been another when it was written
 */
record Meta(StoredResponse response, long generation, int blockBytes) {
    static Meta whole(StoredResponse response) {
        return new Meta(response, 0, 0);
    }

    Kind kind() {
        return generation == 0 ? Kind.RESPONSE : Kind.HEAD;
    }

    void write(ByteBuf out) {
        if (generation != 0) out.writeLong(generation).writeInt(blockBytes);
        Codec.writeResponse(out, response);
    }

    static Meta read(Kind kind, ByteBuf in) throws Damaged {
        return switch (kind) {
            case RESPONSE -> whole(Codec.readResponse(in));
            case HEAD -> {
                long generation = Codec.readLong(in);
                int blockBytes = Codec.readInt(in);
                StoredResponse response = Codec.readResponse(in);
                boolean sound = generation != 0
                        && blockBytes > 0
                        && blockBytes <= DiskTier.BODY_BYTES_MAX
                        && response.contentLength() >= 0
                        && response.contentLength() / blockBytes < Integer.MAX_VALUE;
                if (!sound) throw new Damaged("blocks");
                yield new Meta(response, generation, blockBytes);
            }
            case BLOCK, TOMBSTONE -> throw new Damaged("not a response");
        };
    }
}
