package dev.perigee.control.monitoring;

import dev.perigee.core.traffic.Latencies;
import org.jspecify.annotations.Nullable;

/**
 * A metric over a time.
 *
 * @param latencies what percentiles are taken from; none for metrics that have none
 */
record Statistics(double sum, double samples, double min, double max, Latencies latencies) {
    /** Of a number that each request adds to. */
    static @Nullable Statistics sum(long sum, long requests) {
        if (requests == 0) return null;
        double each = (double) sum / requests;
        return new Statistics((double) sum, (double) requests, each, each, Latencies.NONE);
    }

    /** Of a share in percent; each request weighs the same, whatever minute it came in. */
    static @Nullable Statistics rate(long part, long of) {
        if (of == 0) return null;
        double percent = 100.0 * part / of;
        return new Statistics(100.0 * part, (double) of, percent, percent, Latencies.NONE);
    }

    Statistics plus(Statistics other) {
        return new Statistics(
                sum + other.sum,
                samples + other.samples,
                Math.min(min, other.min),
                Math.max(max, other.max),
                latencies.plus(other.latencies));
    }

    /** The value of a statistic; null for a percentile of what has none. */
    @Nullable
    Double value(Statistic statistic) {
        return switch (statistic) {
            case Statistic.Sum _ -> sum;
            case Statistic.Average _ -> sum / samples;
            case Statistic.Minimum _ -> min;
            case Statistic.Maximum _ -> max;
            case Statistic.SampleCount _ -> samples;
            case Statistic.Percentile(double percent) ->
                latencies.count() == 0 ? null : latencies.percentileMicros(percent) / 1000;
        };
    }
}
