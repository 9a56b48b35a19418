package dev.perigee.lambda;

import java.time.Duration;

/**
 * What all Lambda functions together, and each of them, may use up.
 *
 * @param processesMax of all functions
 * @param processesOfOneMax of one version of a function: its concurrency
 * @param waitingMax runs of one version that wait for a process
 * @param waitMax how long one waits before it counts as throttled
 * @param initMax until a new process has loaded its function
 * @param idleMax after which a process that nobody needs is ended
 * @param answerBytesMax of one answer; Lambda's own limit of what is returned
 * @param logBytesMax of what one run writes to its log; the rest is dropped
 */
public record LambdaLimits(
        int processesMax,
        int processesOfOneMax,
        int waitingMax,
        Duration waitMax,
        Duration initMax,
        Duration idleMax,
        int answerBytesMax,
        int logBytesMax) {
    public LambdaLimits {
        if (processesMax < 1 || processesOfOneMax < 1) throw new IllegalArgumentException("no function can run");
        if (answerBytesMax < 1 || logBytesMax < 1 || waitingMax < 0) throw new IllegalArgumentException("no room");
    }

    public static LambdaLimits standard() {
        return new LambdaLimits(
                48, 16, 256, Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofMinutes(5), 6 << 20, 256 << 10);
    }
}
