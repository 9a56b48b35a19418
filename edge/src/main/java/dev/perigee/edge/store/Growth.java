package dev.perigee.edge.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what all growing, kept fills of a store hold together: until they are complete the index does not know their
 * size, and a flood of cold requests could otherwise take any amount of memory. Safe from any thread.
 */
public final class Growth {
    private final long octetsMax;
    private final AtomicLong octets = new AtomicLong();

    public Growth(long octetsMax) {
        this.octetsMax = octetsMax;
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
