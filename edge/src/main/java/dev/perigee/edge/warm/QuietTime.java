package dev.perigee.edge.warm;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** When viewers ask for nothing, and have not for a while. Of one thread, but for its end. */
final class QuietTime {
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final LongSupplier served;
    private final long due;
    private long known;
    private long looked;
    private long busy;
    private volatile boolean over;

    /**
     * @param served requests of viewers so far
     * @param nanos after which there is no more of it
     */
    QuietTime(LongSupplier served, long nanos) {
        this.served = served;
        long now = System.nanoTime();
        due = now + nanos;
        looked = now;
        busy = now;
        known = served.getAsLong();
    }

    /** For whoever has nobody to wait for. */
    static QuietTime always(long nanos) {
        QuietTime always = new QuietTime(() -> 0, nanos);
        always.busy -= QUIET_NANOS;
        return always;
    }

    /**
     * Returns once it is quiet; at once when it is.
     *
     * @throws CancellationException when it is over
     */
    void await() {
        long now = System.nanoTime();
        if (now - looked >= LOOK_NANOS) look(now);
        while (now - busy < QUIET_NANOS) {
            if (over || now - due > 0) break;
            LockSupport.parkNanos(LOOK_NANOS);
            now = System.nanoTime();
            look(now);
        }
        if (over || now - due > 0) throw new CancellationException("no more quiet time");
    }

    private void look(long now) {
        looked = now;
        long count = served.getAsLong();
        if (count != known) busy = now;
        known = count;
    }

    /** From now on; by any thread. */
    void end() {
        over = true;
    }
}
