package dev.perigee.edge.net;

import dev.perigee.edge.store.MemoryFile;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import java.util.List;

/** Neighbouring pieces of stored content that the kernel sends from where they are. Owns their references. */
final class StoredRegion extends DefaultFileRegion {
    private final List<ByteBuf> pieces;

    /**
     * A region of at least one piece.
     *
     * @param pieces in order, without gaps; their references are taken
     */
    StoredRegion(MemoryFile.Extent first, List<ByteBuf> pieces, long length) {
        super(first.file(), first.position(), length);
        this.pieces = pieces;
    }

    /** Octets that the socket has not taken yet. */
    long left() {
        return count() - transferred();
    }

    /** The file stays open: it is the store's. */
    @Override
    protected void deallocate() {
        for (ByteBuf piece : pieces) piece.release();
    }
}
