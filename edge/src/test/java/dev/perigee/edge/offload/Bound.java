package dev.perigee.edge.offload;

import java.util.Arrays;

/**
 * What no cache of this size can exceed, whatever it knows. A hit means that the object was held from one request to the
 * next, which takes its weight times so many steps; all hits together cannot take more than the cache's weight times all
 * steps. Taking the cheapest intervals first until that is used up therefore gives at least as many hits as any cache has
 * (PFOO-U of Berger, Beckmann and Harchol-Balter, "Practical Bounds on Optimal Caching with Variable Object Sizes", 2018: it
 * asks for the room on average only, not at each moment). What was held before the count began is taken as free.
 */
final class Bound {
    private final Workload workload;
    private final int[] weights;
    private final int[] nextUses;
    private final double room;

    Bound(Workload workload, int[] weights, long weightMax) {
        this.workload = workload;
        this.weights = weights;
        nextUses = workload.nextUses();
        room = (double) weightMax * (nextUses.length - workload.warmUp());
    }

    HitRatio ratio() {
        return new HitRatio(best(false), best(true));
    }

    /** The share of requests, or of octets. */
    private double best(boolean byOctets) {
        int count = 0;
        long[] intervals = new long[nextUses.length];
        for (int i = 0; i < nextUses.length; i++) {
            if (nextUses[i] == nextUses.length || nextUses[i] < workload.warmUp()) continue;
            double cost = byOctets ? cost(i) / size(i) : cost(i);
            // Positive floats sort as their bits do.
            intervals[count++] = (long) Float.floatToIntBits((float) cost) << 32 | i;
        }
        Arrays.sort(intervals, 0, count);
        double used = 0;
        double hits = 0;
        for (int n = 0; n < count; n++) {
            int i = (int) intervals[n];
            double share = Math.min(1, (room - used) / cost(i));
            if (share <= 0) break;
            used += cost(i);
            hits += share * (byOctets ? size(i) : 1);
        }
        return hits / all(byOctets);
    }

    private double cost(int i) {
        return (double) weights[workload.object(i)] * (nextUses[i] - Math.max(i, workload.warmUp() - 1));
    }

    private int size(int i) {
        return workload.size(workload.object(i));
    }

    private double all(boolean byOctets) {
        double all = 0;
        for (int i = workload.warmUp(); i < nextUses.length; i++) all += byOctets ? size(i) : 1;
        return all;
    }
}
