package dev.perigee.function;

import java.time.Duration;

/** How a function has behaved: what CPU it has to its credit, and whether it is throttled. */
final class Standing {
    private final FunctionLimits limits;
    private long creditNanos;
    /** Of {@link System#nanoTime}; meaningful while {@link #throttled}. */
    private long throttledUntil;

    private boolean throttled;

    Standing(FunctionLimits limits) {
        this.limits = limits;
        creditNanos = limits.reserve().toNanos();
    }

    /** Whether it may run now. */
    synchronized boolean mayRun(long nowNanos) {
        if (!throttled) return true;
        if (nowNanos - throttledUntil < 0) return false;
        throttled = false;
        // On probation: one run that has to be stopped, and it waits again.
        creditNanos = limits.averageCpu().toNanos();
        return true;
    }

    /** Counts a run, which a function earns the average for. */
    synchronized void ran(long cpuNanos, boolean stopped, long nowNanos) {
        long spent = stopped ? Math.max(cpuNanos, limits.runCpu().toNanos()) : cpuNanos;
        creditNanos = Math.min(
                creditNanos + limits.averageCpu().toNanos() - spent,
                limits.reserve().toNanos());
        if (creditNanos < 0) throttle(limits.throttled(), nowNanos);
    }

    /** It is left alone, whatever it had to its credit. */
    synchronized void throttle(Duration time, long nowNanos) {
        throttled = true;
        throttledUntil = nowNanos + time.toNanos();
    }
}
