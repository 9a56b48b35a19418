package dev.perigee.function;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops runs that take too long. Sleeps while nothing runs. */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    /** Between two looks at a run, which else would follow each other where it waits for a core. */
    private static final long TICK_NANOS = 500_000;

    private static final long QUIET_NANOS = 1_000_000_000;
    /** What V8 gets to obey, once it was told to stop. */
    private static final long GRACE_NANOS = 200_000_000;

    private static final Duration LOST = Duration.ofMinutes(10);

    private final FunctionLimits limits;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final boolean cpu = threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
    private final Thread thread;
    private volatile List<Worker> workers = List.of();
    private volatile boolean asleep;
    private volatile boolean closed;

    /** @param prompt what its thread's work is to begin with */
    Watchdog(FunctionLimits limits, String name, UnaryOperator<Runnable> prompt) {
        this.limits = limits;
        this.thread =
                Thread.ofPlatform().name(name + "-function-watchdog").daemon().unstarted(prompt.apply(this::watch));
    }

    void start(List<Worker> watched) {
        workers = watched;
        thread.start();
    }

    /** A run has begun. */
    void wake() {
        if (asleep) LockSupport.unpark(thread);
    }

    /** CPU time of the current thread so far. */
    long cpuNanos() {
        return cpu ? threads.getCurrentThreadCpuTime() : System.nanoTime();
    }

    private void watch() {
        long lastSeen = System.nanoTime();
        while (!closed) {
            boolean any = false;
            // What begins now is not over its limits sooner: CPU time is never more than time.
            long next = Math.min(limits.runCpu().toNanos(), limits.runWall().toNanos());
            for (Worker worker : workers) {
                Run run = worker.running();
                if (run == null) continue;
                any = true;
                next = Math.min(next, look(worker, run));
            }
            long now = System.nanoTime();
            if (any) lastSeen = now;
            if (now - lastSeen < QUIET_NANOS) {
                LockSupport.parkNanos(this, Math.max(next, TICK_NANOS));
                continue;
            }
            asleep = true;
            // Whoever began before it was known to sleep is found here.
            if (nothingRuns() && !closed) LockSupport.park(this);
            asleep = false;
            lastSeen = System.nanoTime();
        }
    }

    private boolean nothingRuns() {
        for (Worker worker : workers) {
            if (worker.running() != null) return false;
        }
        return true;
    }

    /** Stops it if that has to be; tells in how many nanoseconds to look again at the latest. */
    private long look(Worker worker, Run run) {
        long wall = System.nanoTime() - run.startedNanos;
        long wallMax = limits.runWall().toNanos();
        if (!run.isStopped()) {
            long cpuMax = limits.runCpu().toNanos();
            long spent = wall <= cpuMax ? wall : used(run);
            if (wall <= wallMax && spent <= cpuMax) return Math.min(wallMax - wall, cpuMax - spent);
            run.stop();
        }
        if (!run.lost && wall >= wallMax + GRACE_NANOS) replace(worker, run);
        return Math.max(wallMax + GRACE_NANOS - wall, TICK_NANOS);
    }

    private void replace(Worker worker, Run run) {
        run.lost = true;
        LOG.error(
                "function {} does not end when it is told to; its thread is replaced",
                run.call.standing.function.name());
        run.call.standing.throttle(LOST, System.nanoTime());
        run.call.end(Outcome.Failed.of(Outcome.Reason.EXECUTION, Worker.STOPPED));
        worker.replace();
    }

    private long used(Run run) {
        if (!cpu) return 0;
        long now = threads.getThreadCpuTime(run.thread.threadId());
        return now < 0 ? 0 : now - run.startedCpuNanos;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    @Nullable
    Thread thread() {
        return thread;
    }
}
