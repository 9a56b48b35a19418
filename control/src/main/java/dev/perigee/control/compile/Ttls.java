package dev.perigee.control.compile;

import org.jspecify.annotations.Nullable;

/** The three lifetimes of a policy or behavior in seconds, with the defaults that depend on one another. */
record Ttls(long min, long normal, long max) {
    static final long DEFAULT_TTL = 86_400;
    static final long MAX_TTL = 31_536_000;
    /** CloudFront keeps nothing longer than a hundred years; a larger number would only overflow later. */
    static final long CENTURY = 100 * 365 * 86_400L;

    /**
     * MinTTL is 0, DefaultTTL one day and MaxTTL one year unless given; what was not given yields to what was, so that
     * MinTTL above a day raises DefaultTTL, DefaultTTL above a year raises MaxTTL, and MaxTTL below a day lowers
     * DefaultTTL.
     */
    static Ttls of(@Nullable Long min, @Nullable Long normal, @Nullable Long max) {
        long lowest = bounded(min == null ? 0 : min);
        long usual = bounded(normal == null ? Math.max(lowest, DEFAULT_TTL) : normal);
        long highest = bounded(max == null ? Math.max(usual, MAX_TTL) : max);
        if (normal == null) usual = Math.max(lowest, Math.min(usual, highest));
        return new Ttls(lowest, usual, highest);
    }

    private static long bounded(long seconds) {
        return Math.min(seconds, CENTURY);
    }
}
