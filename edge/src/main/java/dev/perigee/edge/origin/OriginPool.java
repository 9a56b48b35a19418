package dev.perigee.edge.origin;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one target. A permit stands for the right to use one connection, so there are never more connections
 * than permits: a new one is made only by the holder of a permit who found none idle, and whoever gives a connection
 * back makes it idle before the permit is free.
 */
final class OriginPool {
    private final Semaphore permits;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<OriginConnection> idle = new ArrayDeque<>();
    private boolean closed;

    OriginPool(int connectionsMax) {
        permits = new Semaphore(connectionsMax, true);
    }

    /** Waits for a permit, first come, first served. */
    boolean enter(Duration wait) throws InterruptedException {
        return permits.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Permits that nobody holds. */
    int free() {
        return permits.availablePermits();
    }

    /** Ends the use of a connection that is not given back, or was never made. */
    void leave() {
        permits.release();
    }

    /**
     * The connection used last, which is the least likely to be closed by the origin soon; or null. One on the event loop
     * {@code near} comes before all others.
     */
    @Nullable
    OriginConnection takeIdle(@Nullable EventLoop near) {
        lock.lock();
        try {
            if (near != null) {
                OriginConnection found = firstOn(near);
                if (found != null) return found;
            }
            for (OriginConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
                if (next.isFresh()) return next;
                next.close();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Enters, and takes a connection that is idle on this event loop, if both can be done without waiting and without
     * going before those who wait; else null, and nothing was done.
     */
    @Nullable
    OriginConnection enterAndTakeIdle(EventLoop near) {
        if (permits.hasQueuedThreads() || !permits.tryAcquire()) return null;
        OriginConnection found;
        lock.lock();
        try {
            found = firstOn(near);
        } finally {
            lock.unlock();
        }
        if (found == null) permits.release();
        return found;
    }

    private @Nullable OriginConnection firstOn(EventLoop near) {
        for (Iterator<OriginConnection> rest = idle.iterator(); rest.hasNext(); ) {
            OriginConnection next = rest.next();
            if (!next.isOn(near)) continue;
            rest.remove();
            if (next.isFresh()) return next;
            next.close();
        }
        return null;
    }

    boolean hasIdle() {
        lock.lock();
        try {
            return !idle.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Makes a connection idle and frees its permit. */
    void giveBack(OriginConnection connection) {
        lock.lock();
        try {
            if (closed) {
                connection.close();
            } else {
                idle.addFirst(connection);
            }
        } finally {
            lock.unlock();
        }
        permits.release();
    }

    /** Drops an idle connection that was closed. */
    void forget(OriginConnection connection) {
        lock.lock();
        try {
            idle.remove(connection);
        } finally {
            lock.unlock();
        }
    }

    /** Drops the oldest idle connection, to make room for a new one that does not come from here. */
    void dropOldest() {
        lock.lock();
        try {
            OriginConnection oldest = idle.pollLast();
            if (oldest != null) oldest.close();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is kept any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            for (OriginConnection connection : idle) connection.close();
            idle.clear();
        } finally {
            lock.unlock();
        }
    }
}
