package dev.perigee.edge.store.disk;

/**
 * Roughly how often a hash was asked for lately: two counters of eight bits each, the smaller one counts, all halved from
 * time to time. Lost updates of racing threads do not matter.
 */
final class Doorkeeper {
    private final byte[] counters;
    private final int mask;
    private int additions;

    /** For about so many different hashes at a time. */
    Doorkeeper(long expected) {
        int size = Integer.highestOneBit(Math.clamp(expected * 2, 1 << 12, 1 << 24));
        counters = new byte[size];
        mask = size - 1;
    }

    void ask(long hash) {
        raise((int) hash & mask);
        raise((int) (hash >>> 28) & mask);
        if (++additions >= counters.length) age();
    }

    private void raise(int slot) {
        if (counters[slot] < 100) counters[slot]++;
    }

    /** How often, at least by the sketch. */
    int asked(long hash) {
        return Math.min(counters[(int) hash & mask], counters[(int) (hash >>> 28) & mask]);
    }

    private void age() {
        additions = counters.length / 2;
        for (int i = 0; i < counters.length; i++) counters[i] = (byte) (counters[i] >> 1);
    }
}
