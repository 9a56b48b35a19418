package dev.perigee.core.traffic;

/** What was counted of some requests. Immutable. */
public final class Traffic {
    public static final Traffic NONE =
            new Traffic(new long[Count.kinds()], Latencies.NONE, Latencies.NONE, CountryCounts.NONE);

    private final long[] counts;
    private final Latencies taken;
    private final Latencies origin;
    private final CountryCounts countries;

    private Traffic(long[] counts, Latencies taken, Latencies origin, CountryCounts countries) {
        this.counts = counts;
        this.taken = taken;
        this.origin = origin;
        this.countries = countries;
    }

    /**
     * What was counted.
     *
     * @param counts by {@link Count#index}
     * @param taken from the request to the last octet
     * @param origin from the request to the first octet, where an origin was asked
     * @param countries where the viewers were
     */
    public static Traffic of(long[] counts, Latencies taken, Latencies origin, CountryCounts countries) {
        if (counts.length != Count.kinds()) throw new IllegalArgumentException(counts.length + " counts");
        return new Traffic(counts.clone(), taken, origin, countries);
    }

    /** The same, of viewers from nowhere. */
    public static Traffic of(long[] counts, Latencies taken, Latencies origin) {
        return of(counts, taken, origin, CountryCounts.NONE);
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

    public CountryCounts countries() {
        return countries;
    }

    /** The same in less room. */
    public Traffic withoutCountries() {
        return new Traffic(counts, taken, origin, CountryCounts.NONE);
    }

    public Traffic plus(Traffic other) {
        long[] sums = counts.clone();
        for (int i = 0; i < sums.length; i++) sums[i] += other.counts[i];
        return new Traffic(sums, taken.plus(other.taken), origin.plus(other.origin), countries.plus(other.countries));
    }
}
