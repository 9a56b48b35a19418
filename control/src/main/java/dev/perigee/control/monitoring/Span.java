package dev.perigee.control.monitoring;

import dev.perigee.control.api.Refused;

/**
 * A time in steps.
 *
 * @param start of the first step, in seconds since 1970
 * @param end exclusive
 * @param period of each, in seconds
 */
record Span(long start, long end, int period) {
    private static final int MINUTE = 60;

    /** @param holder of the period */
    static Span of(Input input, Input holder, int period) throws Refused {
        if (period < MINUTE || period % MINUTE != 0) throw holder.invalid("Period", "is not a multiple of 60 seconds");
        long start = input.time("StartTime");
        long end = input.time("EndTime");
        if (start >= end) {
            throw new Refused(Input.INVALID, "The parameter StartTime must be less than the parameter EndTime.");
        }
        return new Span(start - Math.floorMod(start, period), end, period);
    }

    long points() {
        return (end - start + period - 1) / period;
    }
}
