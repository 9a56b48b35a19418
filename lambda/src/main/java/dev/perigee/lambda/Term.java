package dev.perigee.lambda;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When what a process does now has to be over. Whoever finds that it is not gives the process up: once, and never for what comes
 * next. Safe for all threads.
 */
final class Term {
    private static final long NONE = Long.MAX_VALUE;
    private static final long GIVEN_UP = Long.MIN_VALUE;

    /** In nanoseconds. */
    private final AtomicLong ends = new AtomicLong(NONE);

    private volatile long begun;
    private volatile boolean looked;

    void begin(long nowNanos, long nanos) {
        begun = nowNanos;
        looked = false;
        ends.set(nowNanos + nanos);
    }

    /** It is over; false when the process was given up meanwhile. */
    boolean over() {
        return ends.getAndSet(NONE) != GIVEN_UP;
    }

    /** Whether something goes on, or was given up and has not noticed. */
    boolean isOn() {
        return ends.get() != NONE;
    }

    /** Whether it has just become too late, and the process is to be ended for it. */
    boolean isLate(long nowNanos) {
        long seen = ends.get();
        return seen != NONE && seen != GIVEN_UP && nowNanos - seen > 0 && ends.compareAndSet(seen, GIVEN_UP);
    }

    /** Whether it goes on for so long already; tells it once. */
    boolean hasPassed(long nowNanos, long nanos) {
        if (looked || !isOn() || nowNanos - begun < nanos) return false;
        looked = true;
        return true;
    }

    /** Whether the process is to be ended although there is time left. */
    boolean giveUp() {
        long seen = ends.get();
        return seen != NONE && seen != GIVEN_UP && ends.compareAndSet(seen, GIVEN_UP);
    }
}
