package dev.perigee.lambda;

import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.lambda.Interpreter.Language;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
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

    private final Path folder;
    private final Packages packages;
    private final LambdaLimits limits;
    private final Sandbox.Kind best;
    private final boolean network;
    private final Pipes.@Nullable Source pipes;
    private volatile @Nullable Machine machine;
    /** Guarded by the packages. */
    private boolean written;

    // All below is guarded by this.
    private final Map<EdgeLambda, Pool> pools = new HashMap<>();
    private final Map<String, Set<EdgeLambda>> wanted = new HashMap<>();
    private final TreeSet<Integer> numbers = new TreeSet<>();
    private int processes;
    private boolean watched;
    private boolean closed;

    /** What was found on this machine. */
    private record Machine(Map<Language, Interpreter> interpreters, Sandbox sandbox) {}

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
        this.pipes = pipes;
        this.folder = folder;
        this.packages = new Packages(folder);
        this.limits = limits;
        this.network = network;
        this.best = best;
    }

    /** Deployment packages, of which functions are made. */
    public Packages packages() {
        return packages;
    }

    /** What functions are kept in by: bubblewrap, permission, prlimit or none. */
    public String sandbox() {
        return machine().sandbox().word();
    }

    /** What that does not protect, in sentences. */
    public List<String> gaps() {
        return machine().sandbox().gaps();
    }

    /** Whether functions of this runtime can run here. */
    public boolean runs(String runtime) {
        Language language = Language.of(runtime);
        return language != null && machine().interpreters().containsKey(language);
    }

    private Machine machine() {
        Machine known = machine;
        if (known != null) return known;
        synchronized (packages) {
            known = machine;
            if (known == null) machine = known = found();
            return known;
        }
    }

    private Machine found() {
        Map<Language, Interpreter> interpreters = new HashMap<>();
        for (Language language : Language.values()) {
            Interpreter interpreter = Interpreter.find(language);
            if (interpreter != null) interpreters.put(language, interpreter);
        }
        return new Machine(interpreters, Sandbox.probe(best, network, interpreters.get(Language.NODE)));
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
        Worker worker = new Worker(function, () -> launch(function, mine), limits, new Worker.Owner() {
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

    private Worker.Launched launch(EdgeLambda function, int number) throws IOException, BadPackage {
        Machine found = machine();
        Language language = Language.of(function.runtime());
        Interpreter interpreter = language == null ? null : found.interpreters().get(language);
        if (interpreter == null) {
            throw new BadPackage("There is no program on this machine that runs " + function.runtime() + ".");
        }
        Path code = packages.unpacked(function.codeSha256());
        Path temporary = folder.resolve("tmp").resolve(Integer.toString(number));
        // What a function before has left there is none of this one's business.
        Packages.delete(temporary);
        Files.createDirectories(temporary);
        var cell = new Sandbox.Cell(code, runtime(), temporary, number, function.memoryMegabytes());
        Sandbox.Command command = found.sandbox().command(interpreter, cell, environment(function));
        ProcessBuilder builder = new ProcessBuilder(command.words()).directory(code.toFile());
        // Nothing of what this process knows is the function's business.
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        return launched(builder);
    }

    private Worker.Launched launched(ProcessBuilder builder) throws IOException {
        Pipes own = pipes == null ? null : pipes.open();
        if (own == null) return new Worker.Launched(builder.start(), null);
        boolean started = false;
        try {
            Process process = builder.redirectInput(own.input())
                    .redirectOutput(own.output())
                    .start();
            own.started();
            started = true;
            return new Worker.Launched(process, own);
        } finally {
            if (!started) own.close();
        }
    }

    private static Map<String, String> environment(EdgeLambda function) {
        String name = "us-east-1." + function.name();
        Map<String, String> environment = new HashMap<>();
        environment.put("_HANDLER", function.handler());
        environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + function.runtime());
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_DEFAULT_REGION", "us-east-1");
        environment.put("AWS_LAMBDA_FUNCTION_NAME", name);
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", function.version());
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMegabytes()));
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name);
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "perigee");
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        return environment;
    }

    /** The folder of the bootstraps, written once for this program: those of an earlier one may differ. */
    private Path runtime() throws IOException {
        Path runtime = folder.resolve("runtime");
        synchronized (packages) {
            if (Files.isDirectory(runtime) && written) return runtime;
            Files.createDirectories(
                    runtime, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            for (String name : List.of("bootstrap.cjs", "bootstrap.py")) {
                try (InputStream in = LambdaEngine.class.getResourceAsStream(name)) {
                    if (in == null) throw new IllegalStateException("no " + name);
                    Path half = runtime.resolve(name + ".new");
                    Files.copy(in, half, StandardCopyOption.REPLACE_EXISTING);
                    Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-r--r--"));
                    Files.move(half, runtime.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                }
            }
            written = true;
            return runtime;
        }
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
