package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import dev.perigee.core.plan.EdgeFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A function, and how it has behaved: what CPU it has to its credit, whether it is throttled, and whether its runs are so short
 * that others may wait for them.
 */
final class Standing {
    /** Runs that take less on average keep nobody waiting. */
    private static final long QUICK_NANOS = 250_000;
    /** From here on they do. */
    private static final long SLOW_NANOS = 500_000;
    /** The average is of about so many runs. */
    private static final int WEIGHT = 8;

    /** Watched runs in a row that were not repeatable, after which only one of {@link #SOME} is watched. */
    private static final int IN_VAIN = 16;

    private static final int SOME = 64;

    final EdgeFunction function;
    private final FunctionLimits limits;
    /** Calls that wait, wherever. */
    final AtomicInteger waiting = new AtomicInteger();

    /** Watched runs that were not repeatable, since one was; beyond {@link #IN_VAIN} those that were not watched, too. */
    private final AtomicInteger inVain = new AtomicInteger();

    private long creditNanos;
    private long averageNanos;
    /** Of {@link System#nanoTime}: until then it is not quick, whatever its average. */
    private long suspectUntil = System.nanoTime();
    /** Of {@link System#nanoTime}; meaningful while {@link #throttled}. */
    private long throttledUntil;

    private volatile boolean throttled;
    /** The workers for quick functions that have an isolate of it; none while it is not among them. */
    private volatile List<Worker> holders = List.of();

    private boolean spread;
    private Syntax.@Nullable Checked checked;

    Standing(EdgeFunction function, FunctionLimits limits) {
        this.function = function;
        this.limits = limits;
        creditNanos = limits.reserve().toNanos();
        // Who is not known is not quick; a few runs are enough to show it.
        averageNanos = limits.averageCpu().toNanos();
    }

    /** Its source as it has been judged; once, since nothing about that changes. Of the maker of isolates alone. */
    Syntax.Checked checked() throws JavetException {
        Syntax.Checked known = checked;
        if (known != null) return known;
        try (Syntax syntax = new Syntax()) {
            known = syntax.check(function);
        }
        checked = known;
        return known;
    }

    /** Whether it may run now. Event loops ask, and wait for no worker. */
    boolean mayRun(long nowNanos) {
        return !throttled || mayTry(nowNanos);
    }

    private synchronized boolean mayTry(long nowNanos) {
        if (nowNanos - throttledUntil < 0) return false;
        throttled = false;
        // On probation: one run that has to be stopped, and it waits again.
        creditNanos = limits.averageCpu().toNanos();
        return true;
    }

    /** Whether the next run is to be watched: most functions always look at more than the request, or never, and watching costs. */
    boolean isWorthWatching() {
        return inVain.get() < IN_VAIN || inVain.incrementAndGet() % SOME == 0;
    }

    /** What came of watching a run. */
    void watched(boolean repeatable) {
        if (repeatable) inVain.set(0);
        else if (inVain.get() < IN_VAIN) inVain.incrementAndGet();
    }

    /**
     * Counts a run, which a function earns the average for.
     *
     * @return whether it is quick now
     */
    synchronized boolean ran(long cpuNanos, boolean stopped, long nowNanos) {
        long spent = stopped ? Math.max(cpuNanos, limits.runCpu().toNanos()) : cpuNanos;
        creditNanos = Math.min(
                creditNanos + limits.averageCpu().toNanos() - spent,
                limits.reserve().toNanos());
        if (creditNanos < 0) throttle(limits.throttled(), nowNanos);
        averageNanos += (spent - averageNanos) / WEIGHT;
        if (stopped) suspectUntil = nowNanos + limits.throttled().toNanos();
        if (nowNanos - suspectUntil < 0) return false;
        return averageNanos < (holders.isEmpty() ? QUICK_NANOS : SLOW_NANOS);
    }

    /** It is left alone, whatever it had to its credit. */
    synchronized void throttle(Duration time, long nowNanos) {
        throttledUntil = nowNanos + time.toNanos();
        throttled = true;
    }

    /** The least busy worker that has an isolate of it; null for none. */
    @Nullable
    Worker holder() {
        List<Worker> all = holders;
        Worker best = null;
        for (int i = 0; i < all.size(); i++) {
            if (best == null || all.get(i).load() < best.load()) best = all.get(i);
        }
        return best;
    }

    synchronized void heldBy(Worker worker) {
        if (holders.contains(worker)) return;
        List<Worker> more = new ArrayList<>(holders);
        more.add(worker);
        holders = List.copyOf(more);
    }

    synchronized void leftBy(Worker worker) {
        List<Worker> fewer = new ArrayList<>(holders);
        fewer.remove(worker);
        holders = List.copyOf(fewer);
        if (fewer.isEmpty()) spread = false;
    }

    /** It is not among the quick ones any more. */
    synchronized void leftByAll() {
        holders = List.of();
        spread = false;
    }

    /** Whether a second worker is to have it; once. */
    boolean mayStillSpread() {
        return holders.size() == 1 && spreads();
    }

    private synchronized boolean spreads() {
        if (spread) return false;
        spread = true;
        return true;
    }
}
