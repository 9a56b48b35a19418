package dev.perigee.edge.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what all growing, kept fills of a store hold together: until they are complete the index does not know their
 * size, and a flood of cold requests could otherwise take any amount of memory. Safe from any thread.
 */
public final class Growth {
    private final long octetsMax;
    private final AtomicLong octets = new AtomicLong();
    private final Supplier<@Nullable MemoryFile> memory;

    public Growth(long octetsMax) {
        this(octetsMax, () -> null);
    }

    /**
     * As {@link #Growth(long)}.
     *
     * @param memory where large content is kept; giving null for ordinary memory
     */
    Growth(long octetsMax, Supplier<@Nullable MemoryFile> memory) {
        this.octetsMax = octetsMax;
        this.memory = memory;
    }

    /** An empty buffer of this fixed size for a piece of content. */
    ByteBuf piece(int size) {
        MemoryFile file = memory.get();
        ByteBuf piece = file == null ? null : file.piece(size);
        return piece == null ? ByteBufAllocator.DEFAULT.directBuffer(size, size) : piece;
    }

    /** Takes room for so many octets; false, and nothing taken, when there is not enough. */
    boolean take(int more) {
        if (octets.addAndGet(more) <= octetsMax) return true;
        octets.addAndGet(-more);
        return false;
    }

    void give(long back) {
        octets.addAndGet(-back);
    }

    /** Octets in growing fills now. */
    public long octets() {
        return octets.get();
    }
}
