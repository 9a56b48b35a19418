package dev.perigee.edge.offload;

/** Keeps everything, and drops what was not asked for the longest. */
final class Lru implements Policy {
    private final int[] weights;
    private final long weightMax;
    private final int[] newer;
    private final int[] older;
    private final boolean[] kept;
    /** The ring's anchor: its {@code newer} is the oldest object, its {@code older} the newest. */
    private final int anchor;

    private long weight;

    Lru(int[] weights, long weightMax) {
        this.weights = weights;
        this.weightMax = weightMax;
        anchor = weights.length;
        newer = new int[weights.length + 1];
        older = new int[weights.length + 1];
        kept = new boolean[weights.length];
        newer[anchor] = anchor;
        older[anchor] = anchor;
    }

    @Override
    public boolean request(int at, int object) {
        boolean hit = kept[object];
        if (hit) take(object);
        put(object);
        while (weight > weightMax) take(newer[anchor]);
        return hit;
    }

    private void put(int object) {
        int newest = older[anchor];
        newer[newest] = object;
        older[object] = newest;
        newer[object] = anchor;
        older[anchor] = object;
        kept[object] = true;
        weight += weights[object];
    }

    private void take(int object) {
        newer[older[object]] = newer[object];
        older[newer[object]] = older[object];
        kept[object] = false;
        weight -= weights[object];
    }
}
