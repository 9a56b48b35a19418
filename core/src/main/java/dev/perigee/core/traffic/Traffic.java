package dev.perigee.core.traffic;

/** What was counted of some requests. Immutable. */
public final class Traffic {
    public static final Traffic NONE = new Traffic(new long[Count.kinds()], Latencies.NONE, Latencies.NONE);

    private final long[] counts;
    private final Latencies taken;
    private final Latencies origin;

    private Traffic(long[] counts, Latencies taken, Latencies origin) {
        this.counts = counts;
        this.taken = taken;
        this.origin = origin;
    }

    /**
     * What was counted.
     *
     * @param counts by {@link Count#index}
     * @param taken from the request to the last octet
     * @param origin from the request to the first octet, where an origin was asked
     */
    public static Traffic of(long[] counts, Latencies taken, Latencies origin) {
        if (counts.length != Count.kinds()) throw new IllegalArgumentException(counts.length + " counts");
        return new Traffic(counts.clone(), taken, origin);
    }

    public long get(Count count) {
        return counts[count.index()];
    }

    public Latencies taken() {
        return taken;
    }

    public Latencies origin() {
        return origin;
    }

    public Traffic plus(Traffic other) {
        long[] sums = counts.clone();
        for (int i = 0; i < sums.length; i++) sums[i] += other.counts[i];
        return new Traffic(sums, taken.plus(other.taken), origin.plus(other.origin));
    }
}
