package dev.perigee.core.firewall;

import java.util.Arrays;

/**
 * Counts of requests by key in a sliding window, in memory that is bounded whatever keys arrive. The window is kept in tenths,
 * of which the oldest is dropped as soon as a part of it is too old: so the count is never more than the number of requests
 * in the window, and no limit is ever applied before it is reached. When the table is full, the key with the lowest count of
 * a few neighbours gives way, and counts from nothing when it comes again: that, too, errs on the viewer's side. A key that
 * comes often stays.
 */
public final class RateTable implements Rates.Counter {
    private static final int TENTHS = 10;
    private static final int WAYS = 8;
    private static final int SETS_FIRST = 64;

    private final long limit;
    private final long tenthMillis;
    private final int setsMax;
    private final long seed0;
    private final long seed1;

    private long[] hashes;
    /** The tenth in which a key came last; -1 where no key is. */
    private long[] newest;
    /** Of each key a count per tenth, by the number of the tenth. */
    private int[] counts;

    private int sets = SETS_FIRST;

    /**
     * An empty table.
     *
     * @param keysMax how many keys are counted at once
     * @param seed0 and {@code seed1}: secret, so that nobody can choose keys that share a count
     */
    public RateTable(long limit, int windowSeconds, int keysMax, long seed0, long seed1) {
        this.limit = limit;
        this.tenthMillis = windowSeconds * 1000L / TENTHS;
        this.setsMax = Math.max(SETS_FIRST, Integer.highestOneBit(Math.max(1, keysMax / WAYS)));
        this.seed0 = seed0;
        this.seed1 = seed1;
        hashes = new long[sets * WAYS];
        newest = new long[sets * WAYS];
        Arrays.fill(newest, -1);
        counts = new int[sets * WAYS * TENTHS];
    }

    @Override
    public synchronized boolean exceeds(String key, long nowMillis) {
        long hash = SipHash.of(key, seed0, seed1);
        long tenth = Math.max(0, nowMillis / tenthMillis);
        int slot = slot(hash, tenth);
        // A clock that was set back must not bring back what was dropped.
        long at = Math.max(tenth, newest[slot]);
        int first = slot * TENTHS;
        forget(first, newest[slot], at);
        newest[slot] = at;
        int cell = first + (int) (at % TENTHS);
        if (counts[cell] < Integer.MAX_VALUE) counts[cell]++;
        return total(first) > limit;
    }

    private long total(int first) {
        long total = 0;
        for (int i = first; i < first + TENTHS; i++) total += counts[i];
        return total;
    }

    /** Empties the tenths after the last one up to and with this one. */
    private void forget(int first, long last, long now) {
        if (now - last >= TENTHS) {
            Arrays.fill(counts, first, first + TENTHS, 0);
            return;
        }
        for (long each = last + 1; each <= now; each++) counts[first + (int) (each % TENTHS)] = 0;
    }

    private int slot(long hash, long tenth) {
        int base = base(hash);
        int weakest = base;
        long fewest = Long.MAX_VALUE;
        for (int i = base; i < base + WAYS; i++) {
            if (newest[i] >= 0 && hashes[i] == hash) return i;
            boolean free = newest[i] < 0 || tenth - newest[i] >= TENTHS;
            long weight = free ? -1 : total(i * TENTHS);
            if (weight < fewest) {
                fewest = weight;
                weakest = i;
            }
        }
        if (fewest >= 0 && sets < setsMax) {
            grow();
            return slot(hash, tenth);
        }
        hashes[weakest] = hash;
        newest[weakest] = tenth;
        Arrays.fill(counts, weakest * TENTHS, (weakest + 1) * TENTHS, 0);
        return weakest;
    }

    private int base(long hash) {
        return ((int) (hash >>> 32) & (sets - 1)) * WAYS;
    }

    private void grow() {
        long[] oldHashes = hashes;
        long[] oldNewest = newest;
        int[] oldCounts = counts;
        int oldSets = sets;
        sets *= 2;
        hashes = new long[sets * WAYS];
        newest = new long[sets * WAYS];
        Arrays.fill(newest, -1);
        counts = new int[sets * WAYS * TENTHS];
        for (int i = 0; i < oldSets * WAYS; i++) {
            if (oldNewest[i] < 0) continue;
            int to = base(oldHashes[i]);
            // A set is split in two, so there is always room.
            while (newest[to] >= 0) to++;
            hashes[to] = oldHashes[i];
            newest[to] = oldNewest[i];
            System.arraycopy(oldCounts, i * TENTHS, counts, to * TENTHS, TENTHS);
        }
    }
}
