package dev.perigee.function;

import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.KeyValueStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs functions on threads of its own, so that whatever a function does, event loops go on. Nothing is started, and V8 not
 * loaded, before there is a function.
 */
public final class FunctionEngine implements AutoCloseable {
    /** Functions that are made ready at once before anybody calls them, at 2 MB each in every edge of a process. */
    private static final int AHEAD_MAX = 16;
    /** Calls that wait for a worker before it gets help. */
    private static final int SPREAD_FROM = 8;

    private final FunctionLimits limits;
    private final String name;
    private final EdgeLocation location;
    private final UnaryOperator<Runnable> prompt;
    private final Map<EdgeFunction, Standing> standings = new ConcurrentHashMap<>();
    /** Null before the first function. */
    private volatile @Nullable Crew crew;

    /**
     * Those who do the work.
     *
     * @param quick for functions that keep nobody waiting
     * @param maker for all the others; makes the isolates of all
     */
    private record Crew(List<Worker> quick, Worker maker, List<Worker> all) {}

    private @Nullable Watchdog watchdog;
    private boolean closed;
    private volatile Values values = Values.NONE;

    /**
     * One that is of no edge.
     *
     * @param name of whose threads they are
     */
    public FunctionEngine(FunctionLimits limits, String name) {
        this(limits, name, EdgeLocation.NONE, UnaryOperator.identity());
    }

    /**
     * One of an edge.
     *
     * @param name of whose threads they are
     * @param location as functions see it
     * @param prompt makes the work of a thread for which others wait begin as it does on event loops
     */
    public FunctionEngine(FunctionLimits limits, String name, EdgeLocation location, UnaryOperator<Runnable> prompt) {
        this.limits = limits;
        this.name = name;
        this.location = location;
        this.prompt = prompt;
    }

    /**
     * These are the functions and the key value stores from now on: functions are made ready, and others forgotten.
     * Returns at once; calls that begin from now on see these values.
     */
    public void install(Collection<EdgeFunction> functions, Collection<KeyValueStore> stores) {
        values = values.replacedBy(stores);
        if (functions.isEmpty() && crew == null) return;
        Set<EdgeFunction> kept = Set.copyOf(functions);
        for (EdgeFunction known : standings.keySet()) {
            if (!kept.contains(known)) forget(known);
        }
        Crew working = crew();
        if (working == null) return;
        int ahead = 0;
        for (EdgeFunction function : kept) {
            if (standings.containsKey(function) || ahead++ >= AHEAD_MAX) continue;
            working.maker().prepare(standing(function));
        }
    }

    /**
     * Runs a function.
     *
     * @param event as JSON
     * @param millis what time it is for the function
     * @param query as the viewer has sent it; null for none
     * @param watched whether it is of use to know that the outcome is {@linkplain Outcome.Returned#repeatable repeatable}
     * @param told what came of it, on whatever thread
     */
    public void run(
            EdgeFunction function,
            String event,
            long millis,
            @Nullable String query,
            boolean watched,
            Consumer<Outcome> told) {
        Standing standing = standing(function);
        run(new Call(standing, event, millis, query, values, watched && standing.isWorthWatching(), told));
    }

    private void run(Call call) {
        Standing standing = call.standing;
        if (!standing.mayRun(System.nanoTime())) {
            call.end(Outcome.Failed.of(Outcome.Reason.THROTTLED, "The function is throttled."));
            return;
        }
        Worker worker = chosen(standing);
        if (worker == null || !worker.offer(call)) {
            call.end(Outcome.Failed.of(Outcome.Reason.THROTTLED, "Too many calls are waiting."));
        }
    }

    private Standing standing(EdgeFunction function) {
        Standing known = standings.get(function);
        return known != null ? known : standings.computeIfAbsent(function, each -> new Standing(each, limits));
    }

    /** As {@link #run}, and waits for what comes of it. */
    public Outcome await(EdgeFunction function, String event, long millis, @Nullable String query) {
        return await(function, event, millis, query, values);
    }

    /** As {@link #await}, without a trace: how it behaves does not count, and that it is throttled does not stop it. */
    public Outcome dryRun(EdgeFunction function, String event, long millis, @Nullable String query) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Standing traceless = new Standing(function, limits);
        run(new Call(traceless, event, millis, query, values, false, outcome::complete));
        Outcome made = outcome.join();
        forget(traceless);
        return made;
    }

    /** As {@link #run} with these key value stores, and waits for what comes of it. */
    Outcome await(EdgeFunction function, String event, long millis, @Nullable String query, Values read) {
        return await(function, event, millis, query, read, false);
    }

    Outcome await(
            EdgeFunction function, String event, long millis, @Nullable String query, Values read, boolean watched) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        run(new Call(standing(function), event, millis, query, read, watched, outcome::complete));
        return outcome.join();
    }

    /** It will not be run again soon. */
    public void forget(EdgeFunction function) {
        Standing gone = standings.remove(function);
        if (gone != null) forget(gone);
    }

    private void forget(Standing gone) {
        Crew working = crew;
        if (working == null) return;
        for (Worker worker : working.all()) worker.forget(gone);
    }

    /** A function that is quick has a worker that holds its isolate, and when many of its calls wait, a second one. */
    private @Nullable Worker chosen(Standing standing) {
        Crew working = crew();
        // It is being closed.
        if (working == null) return null;
        Worker holder = standing.holder();
        if (holder == null) return working.maker();
        if (holder.load() > SPREAD_FROM && working.quick().size() > 1 && standing.mayStillSpread()) {
            int next = (working.quick().indexOf(holder) + 1) % working.quick().size();
            working.maker().prepareFor(standing, working.quick().get(next));
        }
        return holder;
    }

    private @Nullable Crew crew() {
        Crew working = crew;
        return working != null ? working : started();
    }

    private synchronized @Nullable Crew started() {
        if (closed || crew != null) return crew;
        Watchdog watching = new Watchdog(limits, name, prompt);
        Worker maker = new Worker(limits, watching, name + "-function-maker", location, null, UnaryOperator.identity());
        List<Worker> quick = new ArrayList<>();
        for (int i = 0; i < limits.workers(); i++) {
            quick.add(new Worker(limits, watching, name + "-function-" + i, location, maker, prompt));
        }
        List<Worker> all = new ArrayList<>(quick);
        all.add(maker);
        maker.makeFor(List.copyOf(quick));
        watchdog = watching;
        watching.start(List.copyOf(all));
        crew = new Crew(List.copyOf(quick), maker, List.copyOf(all));
        return crew;
    }

    /** Lets what runs end, closes every isolate, and waits for it. */
    @Override
    public void close() {
        Crew ended;
        Watchdog watching;
        synchronized (this) {
            closed = true;
            ended = crew;
            watching = watchdog;
            crew = null;
        }
        if (ended == null || watching == null) return;
        for (Worker worker : ended.quick()) worker.close();
        for (Worker worker : ended.quick()) worker.awaitEnd();
        // They may have had calls for it.
        ended.maker().close();
        ended.maker().awaitEnd();
        watching.close();
    }
}
