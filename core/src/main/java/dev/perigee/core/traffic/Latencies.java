package dev.perigee.core.traffic;

import java.util.Arrays;

/**
 * How long things took: a histogram with 32 steps to each doubling, so that a percentile is right within 3 %. Immutable; has only
 * the steps that something fell into.
 */
public final class Latencies {
    public static final Latencies NONE = new Latencies(new int[0], new long[0]);

    /** Below this many microseconds each is a step of its own. */
    private static final int EXACT = 64;

    private static final int EXACT_BITS = 6;
    private static final int STEPS_BITS = 5;
    private static final long MICROS_MAX = (1L << 37) - 1; // a day and a half
    /** How many steps there are. */
    public static final int STEPS = EXACT + (37 - EXACT_BITS) * (1 << STEPS_BITS);

    private final int[] steps;
    private final long[] counts;

    private Latencies(int[] steps, long[] counts) {
        this.steps = steps;
        this.counts = counts;
    }

    /** The step that this falls into. */
    public static int step(long micros) {
        if (micros < EXACT) return (int) Math.max(0, micros);
        long bounded = Math.min(micros, MICROS_MAX);
        int power = 63 - Long.numberOfLeadingZeros(bounded);
        int within = (int) (bounded >> (power - STEPS_BITS)) & ((1 << STEPS_BITS) - 1);
        return EXACT + ((power - EXACT_BITS) << STEPS_BITS) + within;
    }

    /** The least microseconds of a step; of the one after the last as well. */
    static long from(int step) {
        if (step < EXACT) return step;
        int power = EXACT_BITS + ((step - EXACT) >> STEPS_BITS);
        long within = ((long) step - EXACT) & ((1L << STEPS_BITS) - 1);
        return (1L << power) + (within << (power - STEPS_BITS));
    }

    /** What was counted for each step. */
    public static Latencies of(int[] counted) {
        int used = 0;
        for (int count : counted) if (count != 0) used++;
        if (used == 0) return NONE;
        int[] steps = new int[used];
        long[] counts = new long[used];
        int at = 0;
        for (int step = 0; step < counted.length; step++) {
            if (counted[step] == 0) continue;
            steps[at] = step;
            counts[at++] = counted[step];
        }
        return new Latencies(steps, counts);
    }

    /** The steps that something fell into, in order; {@link #of(int[], long[])} makes the same of both. */
    public int[] steps() {
        return steps.clone();
    }

    /** What fell into each of {@link #steps}. */
    public long[] counts() {
        return counts.clone();
    }

    /**
     * What fell into some steps.
     *
     * @param steps ascending
     */
    public static Latencies of(int[] steps, long[] counts) {
        if (steps.length != counts.length)
            throw new IllegalArgumentException(steps.length + " steps, " + counts.length + " counts");
        for (int i = 0; i < steps.length; i++) {
            if (steps[i] < 0 || steps[i] >= STEPS || (i > 0 && steps[i] <= steps[i - 1]))
                throw new IllegalArgumentException("step " + steps[i]);
        }
        return steps.length == 0 ? NONE : new Latencies(steps.clone(), counts.clone());
    }

    public Latencies plus(Latencies other) {
        if (other.steps.length == 0) return this;
        if (steps.length == 0) return other;
        int[] merged = new int[steps.length + other.steps.length];
        long[] sums = new long[merged.length];
        int at = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < steps.length || theirs < other.steps.length) {
            int left = mine < steps.length ? steps[mine] : Integer.MAX_VALUE;
            int right = theirs < other.steps.length ? other.steps[theirs] : Integer.MAX_VALUE;
            merged[at] = Math.min(left, right);
            if (left <= right) sums[at] += counts[mine++];
            if (right <= left) sums[at] += other.counts[theirs++];
            at++;
        }
        return new Latencies(Arrays.copyOf(merged, at), Arrays.copyOf(sums, at));
    }

    public long count() {
        long sum = 0;
        for (long count : counts) sum += count;
        return sum;
    }

    /** How many took less than this, give or take a step. */
    public long below(long micros) {
        long sum = 0;
        for (int i = 0; i < steps.length && from(steps[i]) < micros; i++) sum += counts[i];
        return sum;
    }

    /** All of it together in microseconds, each taken for the middle of its step. */
    public double sumMicros() {
        double sum = 0;
        for (int i = 0; i < steps.length; i++) sum += counts[i] * middle(steps[i]);
        return sum;
    }

    /**
     * What so many of a hundred stayed below, in microseconds; 0 of nothing.
     *
     * @param percent from 0 to 100
     */
    public double percentileMicros(double percent) {
        long all = count();
        if (all == 0) return 0;
        double wanted = Math.max(1, Math.ceil(percent / 100 * all));
        long sum = 0;
        for (int i = 0; i < steps.length; i++) {
            sum += counts[i];
            if (sum >= wanted) return middle(steps[i]);
        }
        return middle(steps[steps.length - 1]);
    }

    public double minMicros() {
        return steps.length == 0 ? 0 : middle(steps[0]);
    }

    public double maxMicros() {
        return steps.length == 0 ? 0 : middle(steps[steps.length - 1]);
    }

    private static double middle(int step) {
        return step < EXACT ? step : (from(step) + from(step + 1)) / 2.0;
    }
}
