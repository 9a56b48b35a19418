package dev.perigee.edge.net;

import dev.perigee.edge.EdgeLimits;

/** What a connection that speaks HTTP/2 waits for, and how long: one timer for all of it. */
final class Http2Clock {
    private static final long NEVER = Long.MAX_VALUE;

    /** Why the timer fired. */
    enum Due {
        /** A beginning is not whole yet: the preface, or a field section. */
        HEAD,
        /** There was nothing to do. */
        IDLE,
        /** It is time to look at streams and output that wait for the viewer. */
        LOOK
    }

    private final Deadline deadline;
    private final EdgeLimits limits;
    private long headDue = NEVER;
    private long lookDue = NEVER;
    private long outputWaiting;
    private int quietLooks;

    Http2Clock(Deadline deadline, EdgeLimits limits) {
        this.deadline = deadline;
        this.limits = limits;
    }

    /** The preface is awaited. */
    void begin() {
        headDue = System.nanoTime() + limits.headTimeout().toNanos();
        deadline.at(headDue);
    }

    /**
     * Sees what is due next.
     *
     * @param midway whether a beginning waits for its rest
     * @param busy whether there are streams, or output that waits
     */
    void set(boolean midway, boolean busy) {
        long now = System.nanoTime();
        if (!midway) headDue = NEVER;
        else if (headDue == NEVER) headDue = now + limits.headTimeout().toNanos();
        if (!busy) lookDue = NEVER;
        else if (lookDue == NEVER) lookDue = now + limits.stallTimeout().toNanos() / 2;
        long idleDue = lookDue == NEVER ? now + limits.idleTimeout().toNanos() : lookDue;
        deadline.at(headDue == NEVER || idleDue - headDue < 0 ? idleDue : headDue);
    }

    /** The timer has fired. */
    Due expired() {
        if (headDue != NEVER && headDue - System.nanoTime() <= 0) return Due.HEAD;
        if (lookDue == NEVER) return Due.IDLE;
        lookDue = NEVER;
        return Due.LOOK;
    }

    /** Whether the socket has taken nothing since the last two looks. */
    boolean isOutputStuck(long waiting) {
        quietLooks = waiting > 0 && waiting >= outputWaiting ? quietLooks + 1 : 0;
        outputWaiting = waiting;
        return quietLooks > 2;
    }

    /** The last words are on their way; the viewer gets some time to read them. */
    void linger() {
        deadline.in(limits.stallTimeout());
    }

    void cancel() {
        deadline.cancel();
    }
}
