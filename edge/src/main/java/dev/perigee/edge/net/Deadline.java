package dev.perigee.edge.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One deadline that is moved far more often than it is reached: moving it costs a field, and a timer is only set anew when
 * the old one would come too late. On one event loop.
 */
final class Deadline {
    private static final long NEVER = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Runnable reached;
    private long due = NEVER;
    private long timerDue = NEVER;
    private @Nullable Future<?> timer;

    Deadline(EventLoop loop, Runnable reached) {
        this.loop = loop;
        this.reached = reached;
    }

    void in(Duration duration) {
        at(System.nanoTime() + duration.toNanos());
    }

    /** Moves the deadline to a moment of {@link System#nanoTime}. */
    void at(long nanos) {
        due = nanos;
        if (timer == null || due - timerDue < 0) arm();
    }

    void clear() {
        due = NEVER;
    }

    void cancel() {
        due = NEVER;
        if (timer != null) timer.cancel(false);
        timer = null;
    }

    private void arm() {
        if (timer != null) timer.cancel(false);
        timerDue = due;
        long delay = Math.max(0, due - System.nanoTime());
        timer = loop.schedule(this::check, delay, TimeUnit.NANOSECONDS);
    }

    private void check() {
        timer = null;
        if (due == NEVER) return;
        if (due - System.nanoTime() > 0) {
            arm();
        } else {
            due = NEVER;
            reached.run();
        }
    }
}
