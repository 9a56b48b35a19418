package dev.perigee.edge.origin;

import dev.perigee.edge.origin.OriginFailure.Phase;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one target that calls share. Each has a slot, from before it is made until no new call may use it; a call
 * has a place in one, and connections are made only when no slot has room. Safe from any thread.
 */
final class CallPool {
    private final int connectionsMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Slot> slots = new ArrayList<>(1);
    /** Connections that still have calls, though no new ones may use them. */
    private int leaving;

    private int waiting;
    private boolean over;
    /** Calls that a connection takes as far as is known before it is made: what the last one took. */
    private int streamsMax;

    CallPool(int connectionsMax, int streamsMax) {
        this.connectionsMax = connectionsMax;
        this.streamsMax = streamsMax;
    }

    /** Room for calls on one connection. */
    final class Slot {
        private final CompletableFuture<Connector.Attempt<CallConnection>> made = new CompletableFuture<>();
        private int places = streamsMax;
        private int taken;
        private boolean listed = true;

        /** What came of making the connection. */
        CompletableFuture<Connector.Attempt<CallConnection>> made() {
            return made;
        }

        /** The origin takes so many calls at once. */
        void allow(int streams) {
            lock.lock();
            try {
                places = streams;
                streamsMax = Math.max(1, streams);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Gives one place back. */
        void leave() {
            lock.lock();
            try {
                taken--;
                if (!listed && taken == 0) leaving--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** No new call may use it. */
        void retire() {
            lock.lock();
            try {
                if (!listed) return;
                listed = false;
                slots.remove(this);
                if (taken > 0) leaving++;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        boolean retireIfUnused() {
            lock.lock();
            try {
                if (taken > 0) return false;
                retire();
                return true;
            } finally {
                lock.unlock();
            }
        }

        private boolean isOn(EventLoop loop) {
            return made.isDone()
                    && made.join() instanceof Connector.Attempt.Connected<CallConnection>(CallConnection there)
                    && there.channel().eventLoop() == loop;
        }
    }

    /**
     * A place.
     *
     * @param fresh whether the connection is for the caller to make
     */
    record Place(Slot slot, boolean fresh) {}

    /**
     * Waits for a place, best on a connection of this event loop; null when there is none in time, or the pool is
     * {@linkplain #isOver over}.
     */
    @Nullable
    Place enter(@Nullable EventLoop near, Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        lock.lockInterruptibly();
        waiting++;
        try {
            while (!over) {
                Slot found = withRoom(near);
                boolean fresh = found == null && slots.size() + leaving < connectionsMax;
                if (fresh) {
                    found = new Slot();
                    slots.add(found);
                }
                if (found != null) {
                    found.taken++;
                    return new Place(found, fresh);
                }
                if (left <= 0) return null;
                left = changed.awaitNanos(left);
            }
            return null;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    private @Nullable Slot withRoom(@Nullable EventLoop near) {
        Slot any = null;
        for (Slot slot : slots) {
            if (slot.taken >= slot.places) continue;
            if (near == null || slot.isOn(near)) return slot;
            if (any == null) any = slot;
        }
        return any;
    }

    boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the pool if nobody uses it: whoever comes later needs a new one. */
    boolean endIfUnused() {
        lock.lock();
        try {
            if (waiting == 0 && slots.isEmpty() && leaving == 0) over = true;
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the connection of a place is there. */
    static Connector.Attempt<CallConnection> await(Slot slot, Duration wait) throws InterruptedException {
        try {
            return slot.made().get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return new Connector.Attempt.NotConnected<>(new OriginFailure.TimedOut(Phase.CONNECT));
        } catch (ExecutionException e) {
            throw new IllegalStateException("outcomes are values", e);
        }
    }
}
