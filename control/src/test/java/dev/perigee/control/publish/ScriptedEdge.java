package dev.perigee.control.publish;

import dev.perigee.core.plan.Plan;
import dev.perigee.wire.PlanDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An edge that takes every newer plan, except while it is told otherwise. */
final class ScriptedEdge implements EdgeLink {
    private final String pop;
    private final AtomicLong inForce = new AtomicLong();
    private final AtomicInteger failuresLeft = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final List<Long> offered = new ArrayList<>();
    private volatile @Nullable CountDownLatch gate;
    private volatile boolean refusing;

    ScriptedEdge(String pop) {
        this.pop = pop;
    }

    ScriptedEdge failing(int times) {
        failuresLeft.set(times);
        return this;
    }

    ScriptedEdge refusing(boolean refuses) {
        refusing = refuses;
        return this;
    }

    ScriptedEdge holding(CountDownLatch until) {
        gate = until;
        return this;
    }

    ScriptedEdge serving(long version) {
        inForce.set(version);
        return this;
    }

    @Override
    public String pop() {
        return pop;
    }

    @Override
    public long offer(byte[] document) throws Exception {
        if (underWay.incrementAndGet() > 1) throw new AssertionError("two offers at once to " + pop);
        try {
            Plan plan = PlanDocument.decode(document);
            note(plan.version());
            CountDownLatch closed = gate;
            if (closed != null && !closed.await(20, TimeUnit.SECONDS)) throw new IOException("held too long");
            if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) throw new IOException("unreachable");
            if (refusing) return inForce.get();
            return inForce.accumulateAndGet(plan.version(), Math::max);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private synchronized void note(long version) {
        offered.add(version);
        notifyAll();
    }

    synchronized List<Long> offered() {
        return List.copyOf(offered);
    }

    /** Waits until this many offers have begun. */
    synchronized void awaitOffers(int count) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (offered.size() < count) {
            long left = end - System.nanoTime();
            if (left <= 0) throw new AssertionError(pop + " was offered " + offered);
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
