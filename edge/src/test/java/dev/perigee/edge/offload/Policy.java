package dev.perigee.edge.offload;

/** What a cache keeps. */
interface Policy {
    /**
     * Asks for an object, and may keep it.
     *
     * @param at position in the workload
     * @return whether it was there
     */
    boolean request(int at, int object);

    /** Requests and content answered without the origin, after the warm-up. */
    static HitRatio run(Policy policy, Workload workload) {
        long hits = 0;
        long hitOctets = 0;
        long octets = 0;
        for (int i = 0; i < workload.length(); i++) {
            boolean hit = policy.request(i, workload.object(i));
            if (i < workload.warmUp()) continue;
            int size = workload.size(workload.object(i));
            octets += size;
            if (!hit) continue;
            hits++;
            hitOctets += size;
        }
        return new HitRatio((double) hits / (workload.length() - workload.warmUp()), (double) hitOctets / octets);
    }
}
