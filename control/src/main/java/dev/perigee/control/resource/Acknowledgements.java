package dev.perigee.control.resource;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Waiting for every edge to have a revision in force. */
final class Acknowledgements {
    /** An edge that is away must not keep the others from proving what they can. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final LongSupplier lowest;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition risen = lock.newCondition();

    Acknowledgements(LongSupplier lowest) {
        this.lowest = lowest;
    }

    /** The lowest version that every edge has in force may have risen. */
    void mayHaveRisen() {
        lock.lock();
        try {
            risen.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when every edge has it, or some edge has not had it for long. */
    void await(long revision) throws InterruptedException {
        long left = PATIENCE.toNanos();
        lock.lock();
        try {
            while (left > 0 && lowest.getAsLong() < revision) {
                // The record of what is acknowledged, which signals this, may come later than that; asking again is
                // cheap.
                long waited = Math.min(left, TimeUnit.MILLISECONDS.toNanos(100));
                left -= waited - Math.max(0, risen.awaitNanos(waited));
            }
        } finally {
            lock.unlock();
        }
    }
}
