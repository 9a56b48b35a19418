package dev.perigee.edge.store.disk;

import java.util.Arrays;

/**
 * Hash to location for everything on disk: open addressing in arrays of longs, 16 octets to a slot and no object per entry.
 * Striped, so that a growing stripe holds nobody up for long: at 10 million entries one has 40,000. Safe from any thread.
 */
final class DiskIndex {
    private static final int STRIPES = 256;
    private static final int SLOTS_MIN = 16;

    private final Stripe[] stripes = new Stripe[STRIPES];

    /** Sees entries; must not call back into the index. */
    interface Visitor {
        void entry(long hash, long location);
    }

    DiskIndex() {
        for (int i = 0; i < STRIPES; i++) stripes[i] = new Stripe();
    }

    private Stripe stripe(long hash) {
        return stripes[(int) (hash >>> 56)];
    }

    /** The location, or 0. */
    long get(long hash) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            int slot = stripe.slot(hash);
            return stripe.table[slot + 1];
        }
    }

    /** Lists the location in place of another; returns that one, or 0. */
    long put(long hash, long location) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            return stripe.put(hash, location);
        }
    }

    boolean putIfAbsent(long hash, long location) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            if (stripe.table[stripe.slot(hash) + 1] != 0) return false;
            stripe.put(hash, location);
            return true;
        }
    }

    /** Replaces exactly this location, asked for or not. */
    boolean replace(long hash, long old, long location) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            if (!same(stripe.table[stripe.slot(hash) + 1], old)) return false;
            stripe.put(hash, location);
            return true;
        }
    }

    /** Removes exactly this location, asked for or not. */
    boolean remove(long hash, long location) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            int slot = stripe.slot(hash);
            if (!same(stripe.table[slot + 1], location)) return false;
            stripe.removeSlot(slot);
            return true;
        }
    }

    /** Notes that this location was asked for. */
    void ask(long hash, long location) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            int slot = stripe.slot(hash);
            if (same(stripe.table[slot + 1], location)) stripe.table[slot + 1] = Location.withAsked(location);
        }
    }

    void forEachIn(int segment, Visitor visitor) {
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                for (int slot = 0; slot < stripe.table.length; slot += 2) {
                    long location = stripe.table[slot + 1];
                    if (location != 0 && Location.segment(location) == segment)
                        visitor.entry(stripe.table[slot], location);
                }
            }
        }
    }

    void removeSegment(int segment) {
        for (Stripe stripe : stripes) stripe.removeAll(segment, null);
    }

    void removeTombstones() {
        for (Stripe stripe : stripes) stripe.removeAll(-1, Kind.TOMBSTONE);
    }

    void clear() {
        for (Stripe stripe : stripes) stripe.clear();
    }

    /** Responses, whole or in blocks. */
    long objects() {
        long sum = 0;
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                sum += stripe.kinds[Kind.RESPONSE.code()] + stripe.kinds[Kind.HEAD.code()];
            }
        }
        return sum;
    }

    /** Octets of heap that the tables take. */
    long heapBytes() {
        long sum = 0;
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                sum += 8L * stripe.table.length + 16;
            }
        }
        return sum;
    }

    private static boolean same(long a, long b) {
        return Location.withoutAsked(a) == Location.withoutAsked(b);
    }

    private static final class Stripe {
        /** Hash, location, hash, location, …; a location of 0 is an empty slot. */
        private long[] table = new long[2 * SLOTS_MIN];

        private final int[] kinds = new int[Kind.VALUES.length];
        private int size;

        /** Where the hash is, or the empty slot where it would be. */
        int slot(long hash) {
            int mask = table.length - 1;
            int slot = home(hash);
            while (table[slot + 1] != 0 && table[slot] != hash) slot = (slot + 2) & mask;
            return slot;
        }

        private int home(long hash) {
            return (int) (hash << 1) & (table.length - 1);
        }

        long put(long hash, long location) {
            int slot = slot(hash);
            long old = table[slot + 1];
            table[slot] = hash;
            table[slot + 1] = location;
            kinds[Location.kind(location).code()]++;
            if (old == 0) {
                size++;
                // Full to three quarters: probes stay short, and a slot costs 16 octets.
                if (size > table.length / 8 * 3) grow();
            } else {
                kinds[Location.kind(old).code()]--;
            }
            return old;
        }

        private void grow() {
            long[] old = table;
            table = new long[old.length * 2];
            for (int i = 0; i < old.length; i += 2) {
                if (old[i + 1] == 0) continue;
                int slot = slot(old[i]);
                table[slot] = old[i];
                table[slot + 1] = old[i + 1];
            }
        }

        /** Empties a slot and moves up what would not be found behind an empty one. */
        void removeSlot(int removed) {
            int mask = table.length - 1;
            kinds[Location.kind(table[removed + 1]).code()]--;
            size--;
            int hole = removed;
            int next = (hole + 2) & mask;
            while (table[next + 1] != 0) {
                int home = home(table[next]);
                if (((next - home) & mask) >= ((next - hole) & mask)) {
                    table[hole] = table[next];
                    table[hole + 1] = table[next + 1];
                    hole = next;
                }
                next = (next + 2) & mask;
            }
            table[hole] = 0;
            table[hole + 1] = 0;
        }

        synchronized void removeAll(int segment, @org.jspecify.annotations.Nullable Kind kind) {
            int slot = 0;
            int seen = 0;
            // What moves into a hole is looked at again; once around and no further than the table is long.
            while (slot < table.length && seen < 2 * table.length) {
                seen++;
                long location = table[slot + 1];
                boolean goes =
                        location != 0 && (Location.segment(location) == segment || Location.kind(location) == kind);
                if (goes) removeSlot(slot);
                else slot += 2;
            }
        }

        synchronized void clear() {
            table = new long[2 * SLOTS_MIN];
            Arrays.fill(kinds, 0);
            size = 0;
        }
    }
}
