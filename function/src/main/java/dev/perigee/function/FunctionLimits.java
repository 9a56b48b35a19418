package dev.perigee.function;

import java.time.Duration;

/**
 * What functions may use up.
 *
 * @param runCpu CPU time after which a run is stopped
 * @param runWall time after which a run is stopped, however little CPU it had
 * @param averageCpu CPU time that a run may use on average
 * @param reserve CPU time beyond the average that a function may have used up before it is throttled
 * @param throttled how long a throttled function is left alone
 * @param workers threads that run functions
 * @param queueMax calls that wait for one of them
 * @param isolatesMax functions that one of them keeps ready
 * @param idle after which an unused isolate is closed
 */
public record FunctionLimits(
        Duration runCpu,
        Duration runWall,
        Duration averageCpu,
        Duration reserve,
        Duration throttled,
        int workers,
        int queueMax,
        int isolatesMax,
        Duration idle) {
    /** Isolates of an engine: with 3 MB each, less than a gigabyte. */
    private static final int ISOLATES = 256;

    public FunctionLimits {
        if (workers < 1) throw new IllegalArgumentException("workers " + workers);
        if (queueMax < 1) throw new IllegalArgumentException("queueMax " + queueMax);
        if (isolatesMax < 1) throw new IllegalArgumentException("isolatesMax " + isolatesMax);
    }

    /** What CloudFront documents, or where it is silent, what Perigee has chosen (docs/functions.md). */
    public static FunctionLimits standard() {
        int workers = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
        return new FunctionLimits(
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(1),
                Duration.ofMillis(50),
                Duration.ofMinutes(1),
                workers,
                512,
                // One more makes them.
                ISOLATES / (workers + 1),
                Duration.ofMinutes(5));
    }
}
