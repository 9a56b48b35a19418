package dev.perigee.edge.log;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batches on their way from one event loop to the one writer of an edge. The loop fills them, never waits, and loses a batch
 * when all others wait to be written.
 *
 * @param <T> for whom lines are delivered
 */
final class LogRing<T> {
    /** A power of two. With batches of 32 KB, 8 MB of lines, which is what a slow disk may hold up. */
    static final int BATCHES = 256;
    /** Arrays that were written: while the writer keeps up, a few of them go round and round. A power of two. */
    private static final int SPARES = 32;

    private final List<LogBatch<T>> batches = new ArrayList<>(BATCHES);
    /** How many were handed over; only the loop writes it. */
    private volatile long handedOver;
    /** How many were written; only the writer writes it. */
    private volatile long written;

    private final byte[] @Nullable [] spares = new byte[SPARES] @Nullable [];
    /** How many became spare; only the writer writes it. */
    private volatile long spared;
    /** How many of them are in use again; only the loop writes it. */
    private volatile long reused;

    LogRing() {
        for (int i = 0; i < BATCHES; i++) batches.add(new LogBatch<>());
    }

    private LogBatch<T> at(long number) {
        return batches.get((int) (number & (BATCHES - 1)));
    }

    /** The batch that is being filled. On the loop. */
    LogBatch<T> filling() {
        return at(handedOver);
    }

    /** Hands the filled batch over. On the loop; false when there is no room for another, and then it stays. */
    // One thread alone ever writes it.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    boolean handOver() {
        if (handedOver + 1 - written >= BATCHES) return false;
        handedOver++;
        return true;
    }

    /** The next batch to be written, or null. On the writer. */
    @Nullable
    LogBatch<T> next() {
        return written < handedOver ? at(written) : null;
    }

    /** How many batches are to be written. On the writer. */
    int ready() {
        return (int) (handedOver - written);
    }

    /** The batch behind so many others that are to be written. On the writer. */
    LogBatch<T> after(int others) {
        return at(written + others);
    }

    /** What {@link #next} gave is written. On the writer. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void done() {
        byte[] free = at(written).clear();
        if (spared - reused < SPARES) {
            spares[(int) (spared & (SPARES - 1))] = free;
            spared++;
        }
        written++;
    }

    /** An array for lines, of the length wanted. On the loop. */
    // One thread alone ever writes it.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    byte[] array(int length) {
        if (reused == spared) return new byte[length];
        int at = (int) (reused & (SPARES - 1));
        byte[] free = spares[at];
        spares[at] = null;
        reused++;
        // One that a long line has made large is not kept.
        return free == null || free.length != length ? new byte[length] : free;
    }
}
