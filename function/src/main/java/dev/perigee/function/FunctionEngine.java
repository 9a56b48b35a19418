package dev.perigee.function;

import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.KeyValueStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs functions on threads of its own, so that whatever a function does, event loops go on. Nothing is started, and V8 not
 * loaded, before there is a function.
 */
public final class FunctionEngine implements AutoCloseable {
    private final FunctionLimits limits;
    private final String name;
    private final Map<EdgeFunction, Standing> standings = new ConcurrentHashMap<>();
    /** Guarded by this; empty before the first function. */
    private List<Worker> workers = List.of();

    private @Nullable Watchdog watchdog;
    private boolean closed;
    private volatile Values values = Values.NONE;

    /** @param name of whose threads they are */
    public FunctionEngine(FunctionLimits limits, String name) {
        this.limits = limits;
        this.name = name;
    }

    /**
     * These are the functions and the key value stores from now on: functions are made ready, and others forgotten.
     * Returns at once; calls that begin from now on see these values.
     */
    public void install(Collection<EdgeFunction> functions, Collection<KeyValueStore> stores) {
        values = values.replacedBy(stores);
        if (functions.isEmpty() && !started()) return;
        Set<EdgeFunction> kept = Set.copyOf(functions);
        standings.keySet().retainAll(kept);
        List<Worker> all = workers();
        if (all.isEmpty()) return;
        Map<Worker, List<EdgeFunction>> fresh = new HashMap<>();
        for (EdgeFunction function : kept) {
            fresh.computeIfAbsent(all.get(home(function, all.size())), _ -> new ArrayList<>())
                    .add(function);
        }
        for (Worker worker : all) worker.install(kept, fresh.getOrDefault(worker, List.of()));
    }

    /**
     * Runs a function.
     *
     * @param event as JSON
     * @param millis what time it is for the function
     * @param query as the viewer has sent it; null for none
     * @param told what came of it, on whatever thread
     */
    public void run(EdgeFunction function, String event, long millis, @Nullable String query, Consumer<Outcome> told) {
        run(function, event, millis, query, values, told);
    }

    private void run(
            EdgeFunction function,
            String event,
            long millis,
            @Nullable String query,
            Values read,
            Consumer<Outcome> told) {
        run(function, standings.computeIfAbsent(function, _ -> new Standing(limits)), event, millis, query, read, told);
    }

    private void run(
            EdgeFunction function,
            Standing standing,
            String event,
            long millis,
            @Nullable String query,
            Values read,
            Consumer<Outcome> told) {
        Call call = new Call(function, standing, event, millis, query, read, told);
        if (!standing.mayRun(System.nanoTime())) {
            call.end(Outcome.Failed.of(Outcome.Reason.THROTTLED, "The function is throttled."));
            return;
        }
        Worker worker = chosen(function);
        if (worker == null || !worker.offer(call)) {
            call.end(Outcome.Failed.of(Outcome.Reason.THROTTLED, "Too many calls are waiting."));
        }
    }

    /** As {@link #run}, and waits for what comes of it. */
    public Outcome await(EdgeFunction function, String event, long millis, @Nullable String query) {
        return await(function, event, millis, query, values);
    }

    /** As {@link #await}, without a trace: how it behaves does not count, and that it is throttled does not stop it. */
    public Outcome dryRun(EdgeFunction function, String event, long millis, @Nullable String query) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        run(function, new Standing(limits), event, millis, query, values, outcome::complete);
        return outcome.join();
    }

    /** As {@link #run} with these key value stores, and waits for what comes of it. */
    Outcome await(EdgeFunction function, String event, long millis, @Nullable String query, Values read) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        run(function, event, millis, query, read, outcome::complete);
        return outcome.join();
    }

    /** It will not be run again soon. */
    public void forget(EdgeFunction function) {
        standings.remove(function);
        for (Worker worker : workers()) worker.forget(function);
    }

    /** A function has a worker where its isolate is kept; another helps out while that one is busy. */
    private @Nullable Worker chosen(EdgeFunction function) {
        List<Worker> all = workers();
        // It is being closed.
        if (all.isEmpty()) return null;
        int home = home(function, all.size());
        Worker best = all.get(home);
        if (best.load() == 0) return best;
        Worker other = all.get((home + 1) % all.size());
        return other.load() < best.load() ? other : best;
    }

    private static int home(EdgeFunction function, int workers) {
        return Math.floorMod(function.name().hashCode(), workers);
    }

    private synchronized boolean started() {
        return !workers.isEmpty();
    }

    private synchronized List<Worker> workers() {
        if (closed) return List.of();
        if (workers.isEmpty()) {
            List<Worker> started = new ArrayList<>();
            Watchdog watching = new Watchdog(limits, name);
            for (int i = 0; i < limits.workers(); i++)
                started.add(new Worker(limits, watching, name + "-function-" + i));
            watchdog = watching;
            workers = List.copyOf(started);
            watching.start(workers);
        }
        return workers;
    }

    /** Lets what runs end, closes every isolate, and waits for it. */
    @Override
    public void close() {
        List<Worker> ended;
        Watchdog watching;
        synchronized (this) {
            closed = true;
            ended = workers;
            watching = watchdog;
        }
        for (Worker worker : ended) worker.close();
        for (Worker worker : ended) worker.awaitEnd();
        if (watching != null) watching.close();
    }
}
