package dev.perigee.edge.store.disk;

import java.util.Arrays;

/** What of a segment gets a second chance when the segment goes: what was asked for since it was written, up to a bound. */
final class Survivors {
    private long[] entries = new long[64];
    private int count;

    private Survivors() {}

    static Survivors of(DiskIndex index, int segment, long octetsMax) {
        Survivors survivors = new Survivors();
        long[] octets = {0};
        index.forEachIn(segment, (hash, location) -> {
            if (!Location.asked(location) || octets[0] + Location.length(location) > octetsMax) return;
            octets[0] += Location.length(location);
            survivors.add(hash, location);
        });
        return survivors;
    }

    private void add(long hash, long location) {
        if (2 * count == entries.length) entries = Arrays.copyOf(entries, entries.length * 2);
        entries[2 * count] = hash;
        entries[2 * count + 1] = location;
        count++;
    }

    int count() {
        return count;
    }

    long hash(int i) {
        return entries[2 * i];
    }

    long location(int i) {
        return entries[2 * i + 1];
    }
}
