package dev.perigee.function;

/**
 * The CPU time of one thread, asked for seldom: to ask takes a microsecond, a tenth of a run. What a short run has used is taken
 * for the time that it has lasted, which is never less. For that thread.
 */
final class CpuMeter {
    /** Runs that last longer are measured. */
    private static final long SHORT_NANOS = 100_000;
    /** So much is taken on trust before the thread is asked again. */
    private static final long TRUST_NANOS = 1_000_000;

    private final Watchdog clock;
    private long nanos;
    private long trustedNanos;

    CpuMeter(Watchdog clock) {
        this.clock = clock;
        nanos = clock.cpuNanos();
    }

    /** As it was last known, to about {@link #TRUST_NANOS}. */
    long nanos() {
        return nanos;
    }

    /** Something else has been done, that no run is to be charged for. */
    void skip() {
        nanos = clock.cpuNanos();
        trustedNanos = 0;
    }

    /** What was used since {@link #nanos} was asked, by what has lasted this long. */
    long spent(long lastedNanos) {
        if (lastedNanos < SHORT_NANOS && trustedNanos < TRUST_NANOS) {
            trustedNanos += lastedNanos;
            nanos += lastedNanos;
            return lastedNanos;
        }
        long before = nanos;
        skip();
        return Math.clamp(nanos - before, 0, lastedNanos);
    }
}
