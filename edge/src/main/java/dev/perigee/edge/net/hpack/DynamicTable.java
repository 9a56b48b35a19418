package dev.perigee.edge.net.hpack;

import org.jspecify.annotations.Nullable;

/** The entries that a peer has added, the newest first (RFC 7541 section 2.3.2). */
final class DynamicTable {
    private final @Nullable HpackField[] ring;
    private int newest = -1;
    private int count;
    private int octets;
    private int limit;

    DynamicTable(int limitMax) {
        // Of entries that count at least their overhead no more than this fit; a power of two makes wrapping around
        // cheap.
        ring = new HpackField[Integer.highestOneBit(Math.max(1, limitMax / HpackField.OVERHEAD)) * 2];
        limit = limitMax;
    }

    int count() {
        return count;
    }

    /** The entry of an index from 0 to below the count. */
    HpackField field(int index) {
        HpackField field = ring[(newest - index) & (ring.length - 1)];
        if (field == null || index >= count) throw new IllegalStateException("no entry " + index);
        return field;
    }

    void add(HpackField field) {
        evict(limit - field.size());
        if (field.size() > limit) return;
        newest = (newest + 1) & (ring.length - 1);
        ring[newest] = field;
        octets += field.size();
        count++;
    }

    void limit(int to) {
        limit = to;
        evict(to);
    }

    private void evict(int to) {
        while (count > 0 && octets > to) {
            int oldest = (newest - count + 1) & (ring.length - 1);
            octets -= field(count - 1).size();
            ring[oldest] = null;
            count--;
        }
    }
}
