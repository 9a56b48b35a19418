package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.exceptions.JavetTerminatedException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.plan.EdgeFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that runs functions one after the other, each in its isolate. */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    static final String STOPPED = "The function exceeded its limits of time or memory and was stopped.";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SWEEP_SECONDS = 10;

    private final FunctionLimits limits;
    private final Watchdog watchdog;
    private final String name;
    /** Calls, of which {@link #load} counts how many, and a few things to do between them. */
    private final BlockingQueue<Consumer<Ready>> tasks = new LinkedBlockingQueue<>();

    private final AtomicInteger load = new AtomicInteger();
    private volatile @Nullable Run running;
    private volatile boolean closed;
    private volatile Thread thread;

    /** A function with its isolate, or with why it has none. */
    private static final class Prepared {
        private final @Nullable Isolate isolate;
        private final String error;
        private long usedNanos = System.nanoTime();

        private Prepared(@Nullable Isolate isolate, String error) {
            this.isolate = isolate;
            this.error = error;
        }
    }

    /** What a thread has ready. A thread that is replaced keeps its own. */
    private static final class Ready {
        private final Map<EdgeFunction, Prepared> prepared = new LinkedHashMap<>(16, 0.75f, true);

        private void closeAll() {
            List<EdgeFunction> all = new ArrayList<>(prepared.keySet());
            for (EdgeFunction each : all) drop(each);
        }

        private void drop(EdgeFunction function) {
            Prepared gone = prepared.remove(function);
            if (gone == null || gone.isolate == null) return;
            try {
                gone.isolate.close();
            } catch (JavetException | RuntimeException e) {
                LOG.warn("the isolate of function {} could not be closed", function.name(), e);
            }
        }
    }

    Worker(FunctionLimits limits, Watchdog watchdog, String name) {
        this.limits = limits;
        this.watchdog = watchdog;
        this.name = name;
        this.thread = start();
    }

    private Thread start() {
        Thread started = Thread.ofPlatform()
                .name(name)
                .stackSize(V8.STACK_BYTES)
                .daemon()
                .unstarted(() -> work(new Ready()));
        thread = started;
        started.start();
        return started;
    }

    /** Calls that wait here or run. */
    int load() {
        return load.get();
    }

    @Nullable
    Run running() {
        return running;
    }

    boolean offer(Call call) {
        if (load.incrementAndGet() <= limits.queueMax() && !closed) return tasks.add(ready -> serve(call, ready));
        load.decrementAndGet();
        return false;
    }

    /** Forgets all other functions, and makes these ready. */
    void install(Set<EdgeFunction> kept, List<EdgeFunction> fresh) {
        tasks.add(ready -> {
            for (EdgeFunction each : List.copyOf(ready.prepared.keySet())) {
                if (!kept.contains(each)) ready.drop(each);
            }
        });
        for (EdgeFunction each : fresh) tasks.add(ready -> prepared(each, ready));
    }

    void forget(EdgeFunction function) {
        tasks.add(ready -> ready.drop(function));
    }

    /** The thread in office does not come back: another takes over, with isolates of its own. */
    void replace() {
        running = null;
        load.decrementAndGet();
        start();
    }

    private void work(Ready ready) {
        Thread self = Thread.currentThread();
        try {
            while (inOffice(self)) {
                Consumer<Ready> task = tasks.poll(closed ? 0 : SWEEP_SECONDS, TimeUnit.SECONDS);
                if (task != null) task.accept(ready);
                else if (closed) return;
                else sweep(ready);
            }
        } catch (InterruptedException e) {
            self.interrupt();
        } finally {
            ready.closeAll();
        }
    }

    // The very thread.
    @SuppressWarnings("ReferenceEquality")
    private boolean inOffice(Thread self) {
        return thread == self;
    }

    private void serve(Call call, Ready ready) {
        Outcome outcome;
        try {
            outcome = call.standing.mayRun(System.nanoTime())
                    ? run(call, ready)
                    : Outcome.Failed.of(Outcome.Reason.THROTTLED, "The function is throttled.");
        } catch (RuntimeException | LinkageError e) {
            LOG.error("function {} could not be run", call.function.name(), e);
            outcome = Outcome.Failed.of(Outcome.Reason.EXECUTION, "The function could not be run: " + e);
        }
        if (inOffice(Thread.currentThread())) load.decrementAndGet();
        call.end(outcome);
    }

    private Outcome run(Call call, Ready ready) {
        Thread self = Thread.currentThread();
        Prepared prepared = prepared(call.function, ready);
        Isolate isolate = prepared.isolate;
        if (isolate == null) return Outcome.Failed.of(Outcome.Reason.EXECUTION, prepared.error);
        prepared.usedNanos = System.nanoTime();
        Run run = new Run(call, isolate, self, watchdog.cpuNanos());
        running = run;
        watchdog.wake();
        String text = null;
        String mistake = STOPPED;
        boolean spent = false;
        try {
            text = isolate.run(call.event, call.millis, call.query, call.values);
        } catch (JavetTerminatedException e) {
            spent = true;
        } catch (JavetException e) {
            spent = true;
            mistake = String.valueOf(e.getMessage());
        }
        boolean stopped = run.end();
        long cpu = watchdog.cpuNanos() - run.startedCpuNanos;
        if (inOffice(self)) running = null;
        call.standing.ran(cpu, stopped || spent, System.nanoTime());
        if (stopped || spent) ready.drop(call.function);
        if (text == null || stopped) return new Outcome.Failed(Outcome.Reason.EXECUTION, mistake, "", List.of(), cpu);
        return outcome(text, cpu);
    }

    static Outcome outcome(String text, long cpu) {
        try {
            JsonNode made = JSON.readTree(text);
            List<String> logs = new ArrayList<>();
            for (JsonNode line : made.path("logs")) logs.add(line.asText());
            JsonNode error = made.get("error");
            if (error == null) return new Outcome.Returned(made.path("result"), made.path("origin"), logs, cpu);
            String name = error.path("name").asText();
            String message = error.path("message").asText();
            return new Outcome.Failed(
                    Outcome.Reason.EXECUTION,
                    name.isEmpty() ? message : name + ": " + message,
                    stack(error.path("stack").asText()),
                    logs,
                    cpu);
        } catch (JsonProcessingException e) {
            // Such as deeper than any answer.
            return new Outcome.Failed(
                    Outcome.Reason.EXECUTION,
                    "The result cannot be read: " + e.getOriginalMessage(),
                    "",
                    List.of(),
                    cpu);
        }
    }

    /** Without the lines of what is around the function. */
    private static String stack(String whole) {
        StringBuilder kept = new StringBuilder();
        whole.lines()
                .filter(line -> line.startsWith("    at ") && !line.contains(V8.OWN))
                .forEach(line -> kept.append(line).append('\n'));
        return kept.toString();
    }

    private Prepared prepared(EdgeFunction function, Ready ready) {
        Prepared known = ready.prepared.get(function);
        if (known != null) return known;
        Prepared made = prepare(function);
        ready.prepared.put(function, made);
        if (ready.prepared.size() > limits.isolatesMax()) {
            ready.drop(ready.prepared.keySet().iterator().next());
        }
        return made;
    }

    private static Prepared prepare(EdgeFunction function) {
        try (Syntax syntax = new Syntax()) {
            Syntax.Checked checked = syntax.check(function);
            if (!checked.error().isEmpty()) return new Prepared(null, checked.error());
            return new Prepared(new Isolate(function, checked.factory()), "");
        } catch (JavetException e) {
            return new Prepared(null, String.valueOf(e.getMessage()));
        }
    }

    private void sweep(Ready ready) {
        long before = System.nanoTime() - limits.idle().toNanos();
        for (Map.Entry<EdgeFunction, Prepared> each : List.copyOf(ready.prepared.entrySet())) {
            if (each.getValue().usedNanos - before < 0) ready.drop(each.getKey());
        }
    }

    void close() {
        closed = true;
        // Whoever waits for a task finds one.
        tasks.add(_ -> {});
    }

    void awaitEnd() {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
