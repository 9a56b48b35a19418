package dev.perigee.lambda;

import dev.perigee.core.plan.EdgeLambda;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs Lambda functions: for each version a few processes, which are kept warm, and a bounded queue. It may be shared by edges.
 * Nothing is started, and nothing of this machine looked for, before there is a function. Safe for all threads.
 */
public final class LambdaEngine implements AutoCloseable {
    private static final long WATCH_MILLIS = 50;
    private static final int WARMED_MAX = 8;

    private final Packages packages;
    private final LambdaLimits limits;
    private final Launches launches;

    // All below is guarded by this.
    private final Map<EdgeLambda, Pool> pools = new HashMap<>();
    private final Map<String, Set<EdgeLambda>> wanted = new HashMap<>();
    private final TreeSet<Integer> numbers = new TreeSet<>();
    private int processes;
    private boolean watched;
    private boolean closed;

    /** The processes of one version. */
    private static final class Pool {
        private final Set<Worker> workers = new HashSet<>();
        /** The one that was used last is first: its memory is warm, and the others grow old. */
        private final ArrayDeque<Worker> idle = new ArrayDeque<>();

        private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    }

    /**
     * @param folder for packages and what is unpacked of them
     * @param network whether functions may use it, where that can be forbidden
     * @param pipes that event loops can wait for; null where there are none, and threads wait
     */
    public LambdaEngine(Path folder, LambdaLimits limits, boolean network, Pipes.@Nullable Source pipes) {
        this(folder, limits, network, pipes, Sandbox.Kind.BUBBLEWRAP);
    }

    LambdaEngine(Path folder, LambdaLimits limits, boolean network, Pipes.@Nullable Source pipes, Sandbox.Kind best) {
        this.packages = new Packages(folder);
        this.limits = limits;
        this.launches = new Launches(folder, packages, network, pipes, best);
    }

    /** Deployment packages, of which functions are made. */
    public Packages packages() {
        return packages;
    }

    /** What functions are kept in by: bubblewrap, permission, prlimit or none. */
    public String sandbox() {
        return launches.sandbox().word();
    }

    /** What that does not protect, in sentences. */
    public List<String> gaps() {
        return launches.sandbox().gaps();
    }

    /** Whether functions of this runtime can run here. */
    public boolean runs(String runtime) {
        return launches.runs(runtime);
    }

    /**
     * Tells which functions one edge may run from now on: new ones are warmed, and what no edge wants any more is ended once it is
     * idle.
     */
    public synchronized void install(String edge, Set<EdgeLambda> functions) {
        Set<EdgeLambda> before = wanted.getOrDefault(edge, Set.of());
        if (before.equals(functions) || closed) return;
        Set<EdgeLambda> known = all();
        wanted.put(edge, Set.copyOf(functions));
        int warmed = 0;
        for (EdgeLambda function : functions) {
            if (!known.contains(function) && warmed++ < WARMED_MAX) warm(function);
        }
        Set<EdgeLambda> still = all();
        for (Map.Entry<EdgeLambda, Pool> each : pools.entrySet()) {
            if (still.contains(each.getKey())) continue;
            List.copyOf(each.getValue().idle).forEach(worker -> retire(each.getValue(), worker));
        }
    }

    private Set<EdgeLambda> all() {
        Set<EdgeLambda> all = new HashSet<>();
        for (Set<EdgeLambda> each : wanted.values()) all.addAll(each);
        return all;
    }

    /** Ends a process that has nothing to do. */
    private void retire(Pool pool, Worker worker) {
        pool.idle.remove(worker);
        if (pool.workers.remove(worker)) processes--;
        worker.leave();
    }

    private void warm(EdgeLambda function) {
        Pool pool = pools.computeIfAbsent(function, _ -> new Pool());
        if (!pool.workers.isEmpty() || processes >= limits.processesMax()) return;
        pool.idle.addFirst(start(function, pool));
    }

    /**
     * Runs a function. An event loop that asks speaks with the function's process itself, where it can.
     *
     * @param event as JSON, without line ends
     * @param then told once what came of it, on some thread; must not wait
     */
    public void run(EdgeLambda function, byte[] event, String requestId, Duration timeout, Consumer<Outcome> then) {
        Job job = new Job(event, requestId, timeout.toNanos(), System.nanoTime(), then, List.of(), false);
        if (!accept(function, job)) then.accept(throttled());
    }

    private static Outcome throttled() {
        return new Outcome.Failed(
                Outcome.Reason.THROTTLED, "TooManyRequestsException", "Rate Exceeded.", List.of(), List.of(), 0);
    }

    private synchronized boolean accept(EdgeLambda function, Job asked) {
        if (closed) return false;
        Job job = asked;
        Pool pool = pools.computeIfAbsent(function, _ -> new Pool());
        while (!pool.idle.isEmpty()) {
            Worker idle = pool.idle.removeFirst();
            if (idle.lives() && idle.begin(job)) return true;
            job = job.after(idle.last());
            retire(pool, idle);
        }
        if (mayStart(pool)) {
            start(function, pool).give(job);
            return true;
        }
        if (pool.waiting.size() >= limits.waitingMax()) return false;
        pool.waiting.add(job);
        return true;
    }

    private boolean mayStart(Pool pool) {
        if (closed || pool.workers.size() >= limits.processesOfOneMax()) return false;
        return processes < limits.processesMax() || endOther(pool);
    }

    /** Ends the idle process of another function; its place is taken at once, though it may take a moment to go. */
    private boolean endOther(Pool pool) {
        for (Pool other : pools.values()) {
            if (other == pool) continue;
            Worker oldest = other.idle.peekLast();
            if (oldest == null) continue;
            retire(other, oldest);
            return true;
        }
        return false;
    }

    private Worker start(EdgeLambda function, Pool pool) {
        int number = 0;
        while (numbers.contains(number)) number++;
        numbers.add(number);
        int mine = number;
        Worker worker = new Worker(function, () -> launches.launch(function, mine), limits, new Worker.Owner() {
            @Override
            public boolean idle(Worker free) {
                return LambdaEngine.this.idle(pool, free);
            }

            @Override
            public boolean mayEnd(Worker bored) {
                synchronized (LambdaEngine.this) {
                    return pool.idle.remove(bored);
                }
            }

            @Override
            public void again(Worker gone, Job job) {
                LambdaEngine.this.again(function, pool, gone, job);
            }

            @Override
            public void ended(Worker gone) {
                LambdaEngine.this.ended(pool, gone, mine);
            }
        });
        pool.workers.add(worker);
        processes++;
        Thread.ofPlatform()
                .daemon()
                .name("lambda-" + function.name() + "-" + function.version())
                .start(worker);
        watch();
        return worker;
    }

    private synchronized boolean idle(Pool pool, Worker worker) {
        if (closed) return false;
        Job next = pool.waiting.poll();
        if (next != null) {
            worker.give(next);
            return true;
        }
        if (starved(pool)) return false;
        pool.idle.addFirst(worker);
        return true;
    }

    /**
     * Runs what one process has not begun with on a new one: those that are idle may have been left by their functions as this one
     * was.
     */
    private void again(EdgeLambda function, Pool pool, Worker gone, Job job) {
        synchronized (this) {
            // Its place is free at once, though it may take a moment to go.
            if (pool.workers.remove(gone)) processes--;
            if (mayStart(pool)) {
                start(function, pool).give(job);
                return;
            }
            if (!closed) {
                pool.waiting.addFirst(job);
                return;
            }
        }
        job.then().accept(throttled());
    }

    /** Whether another function waits for a process and cannot have one while this one keeps its own. */
    private boolean starved(Pool mine) {
        if (processes < limits.processesMax()) return false;
        for (Pool pool : pools.values()) {
            if (pool != mine && !pool.waiting.isEmpty() && pool.workers.isEmpty()) return true;
        }
        return false;
    }

    private synchronized void ended(Pool pool, Worker worker, int number) {
        numbers.remove(number);
        pool.idle.remove(worker);
        if (pool.workers.remove(worker)) processes--;
        for (Map.Entry<EdgeLambda, Pool> each : pools.entrySet()) {
            Pool other = each.getValue();
            while (!other.waiting.isEmpty() && mayStart(other)) {
                Job job = other.waiting.poll();
                if (job != null) start(each.getKey(), other).give(job);
            }
        }
        pools.entrySet()
                .removeIf(each -> each.getValue().workers.isEmpty()
                        && each.getValue().waiting.isEmpty()
                        && !all().contains(each.getKey()));
        notifyAll();
    }

    /** Starts to look after deadlines, while there are processes. */
    private void watch() {
        if (watched) return;
        watched = true;
        Thread.ofPlatform().daemon().name("lambda-watchdog").start(this::watching);
    }

    private void watching() {
        List<Job> late = new ArrayList<>();
        List<Worker> all = new ArrayList<>();
        while (true) {
            synchronized (this) {
                if (processes == 0 || closed) {
                    watched = false;
                    return;
                }
                try {
                    wait(WATCH_MILLIS);
                } catch (InterruptedException e) {
                    watched = false;
                    return;
                }
                long now = System.nanoTime();
                for (Pool pool : pools.values()) {
                    all.addAll(pool.workers);
                    takeLate(pool, now, late);
                }
            }
            for (Worker worker : all) worker.watch(System.nanoTime());
            all.clear();
            for (Job job : late) job.then().accept(throttled());
            late.clear();
        }
    }

    private void takeLate(Pool pool, long now, List<Job> late) {
        for (Iterator<Job> jobs = pool.waiting.iterator(); jobs.hasNext(); ) {
            Job job = jobs.next();
            if (now - job.askedNanos() <= limits.waitMax().toNanos()) return;
            jobs.remove();
            late.add(job);
        }
    }

    /** Ends all processes. */
    @Override
    public void close() {
        List<Job> left = new ArrayList<>();
        synchronized (this) {
            closed = true;
            for (Pool pool : pools.values()) {
                for (Worker worker : pool.workers) worker.end();
                left.addAll(pool.waiting);
                pool.waiting.clear();
            }
            notifyAll();
        }
        for (Job job : left) job.then().accept(throttled());
    }
}
