package dev.perigee.control.publish;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait after repeated failures: twice as long each time up to a bound, and never in step with others. */
public record Backoff(Duration first, Duration most) {
    static final Backoff USUAL = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private static final int DOUBLINGS_MAX = 30;

    public Backoff {
        if (!first.isPositive() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException("backoff from " + first + " to " + most);
        }
    }

    /** Nanoseconds to wait after this many failures in a row: between half and all of the doubled time. */
    public long nanos(int failures, RandomGenerator random) {
        long doubled = first.toNanos() << Math.clamp(failures - 1, 0, DOUBLINGS_MAX);
        long bound = doubled <= 0 ? most.toNanos() : Math.min(doubled, most.toNanos());
        return bound - random.nextLong(bound / 2 + 1);
    }
}
