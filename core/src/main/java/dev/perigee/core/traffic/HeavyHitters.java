package dev.perigee.core.traffic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which paths are asked for most, in room that does not grow with their number: the algorithm "space saving" (Metwally,
 * Agrawal, El Abbadi, 2005). A path without a place takes that of the least counted one, and its count as the error it may
 * have. Adding allocates nothing. For one thread.
 */
public final class HeavyHitters {
    private static final int NONE = -1;

    private final int places;
    private final @Nullable String[] distributions;
    private final @Nullable String[] paths;
    private final int[] hashes;
    private final long[] counts;
    private final long[] errors;
    private final long[] sent;
    /** Places with hashes that end alike, chained. */
    private final int[] heads;

    private final int[] next;
    private int used;
    /** No count is below this; those that are equal to it are looked for from the cursor on. */
    private long least = 1;

    private int cursor;

    /** @param places a power of two: so many paths are counted at a time */
    public HeavyHitters(int places) {
        if (Integer.bitCount(places) != 1) throw new IllegalArgumentException(places + " is not a power of two");
        this.places = places;
        distributions = new @Nullable String[places];
        paths = new @Nullable String[places];
        hashes = new int[places];
        counts = new long[places];
        errors = new long[places];
        sent = new long[places];
        heads = new int[places * 2];
        next = new int[places];
        Arrays.fill(heads, NONE);
    }

    /** Counts one request. */
    public void add(String distribution, String path, long octets) {
        int hash = (path.hashCode() * 31 + distribution.hashCode()) * 0x9E3779B9;
        int chain = hash >>> (Integer.numberOfLeadingZeros(heads.length) + 1);
        for (int at = heads[chain]; at != NONE; at = next[at]) {
            if (hashes[at] != hash || !path.equals(paths[at]) || !distribution.equals(distributions[at])) continue;
            counts[at]++;
            sent[at] += octets;
            return;
        }
        int at = used < places ? used++ : vacated();
        distributions[at] = distribution;
        paths[at] = path;
        hashes[at] = hash;
        errors[at] = counts[at];
        counts[at]++;
        sent[at] = octets;
        next[at] = heads[chain];
        heads[chain] = at;
    }

    /** A place whose count is the least, out of its chain. */
    private int vacated() {
        int at = leastCounted();
        int chain = hashes[at] >>> (Integer.numberOfLeadingZeros(heads.length) + 1);
        if (heads[chain] == at) {
            heads[chain] = next[at];
            return at;
        }
        int before = heads[chain];
        while (next[before] != at) before = next[before];
        next[before] = next[at];
        return at;
    }

    private int leastCounted() {
        while (true) {
            for (int looked = 0; looked < places; looked++) {
                int at = cursor;
                cursor = (cursor + 1) & (places - 1);
                if (counts[at] == least) return at;
            }
            least = Arrays.stream(counts).min().orElse(1);
        }
    }

    /** Those that were surely asked for most, the first ones first; counts from nothing afterwards. */
    public List<Popular> take(int most) {
        List<Popular> found = new ArrayList<>(used);
        for (int at = 0; at < used; at++) {
            String distribution = distributions[at];
            String path = paths[at];
            if (distribution == null || path == null) continue;
            found.add(new Popular(distribution, path, counts[at] - errors[at], sent[at]));
        }
        clear();
        found.sort(Comparator.comparingLong(Popular::requests).reversed());
        return found.size() > most ? List.copyOf(found.subList(0, most)) : found;
    }

    private void clear() {
        Arrays.fill(distributions, 0, used, null);
        Arrays.fill(paths, 0, used, null);
        Arrays.fill(counts, 0, used, 0);
        Arrays.fill(heads, NONE);
        used = 0;
        least = 1;
        cursor = 0;
    }
}
