package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.exceptions.JavetTerminatedException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs functions one after the other, each in its isolate. One worker of an engine makes the isolates and runs
 * what is not known to be quick; the others run what has been handed to them with its isolate.
 */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    static final String STOPPED = "The function exceeded its limits of time or memory and was stopped.";
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** A quarter of what others get, when there is not enough for all; with less, a good first run would last too long. */
    private static final int NICE = 5;
    /** Calls of one function that wait for a worker that is full. */
    private static final int WAITING_MIN = 16;
    /** Characters of a result. */
    private static final int LARGE = 65_536;
    /** Functions, times {@link FunctionLimits#queueMax}, whose calls wait. */
    private static final int CROWD = 4;

    private final FunctionLimits limits;
    private final Watchdog watchdog;
    private final String name;
    private final EdgeLocation location;
    private final UnaryOperator<Runnable> prompt;
    /** Where calls go that this one cannot serve, and isolates of functions that are no longer quick; null for that one. */
    private final @Nullable Worker maker;

    private final Queue<Call> arrived = new ConcurrentLinkedQueue<>();
    private final Queue<Chore> chores = new ConcurrentLinkedQueue<>();
    /** Chores for when no call waits. */
    private final Queue<Chore> later = new ConcurrentLinkedQueue<>();
    /** Of the thread in office. */
    private final Turns turns = new Turns();
    /** Calls that wait or run. */
    private final AtomicInteger load = new AtomicInteger();

    /** Of the maker: all the others. */
    private volatile List<Worker> others = List.of();

    private volatile @Nullable Run running;
    private volatile boolean asleep;
    private volatile boolean closed;
    private volatile Thread thread;

    /** Something to do between calls. */
    @FunctionalInterface
    private interface Chore {
        void with(Ready ready);
    }

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
        private final Map<Standing, Prepared> prepared = new LinkedHashMap<>(16, 0.75f, true);
        private final CpuMeter cpu;
        private long sweptNanos = System.nanoTime();
        private boolean dropped;
        private boolean entered;

        private Ready(CpuMeter cpu) {
            this.cpu = cpu;
        }

        private void enter() {
            if (entered) return;
            entered = true;
            try {
                V8.enter();
            } catch (JavetException e) {
                throw new IllegalStateException("V8 makes no isolate", e);
            }
        }

        private void put(Standing standing, Prepared next) {
            drop(standing);
            prepared.put(standing, next);
        }

        private void drop(Standing standing) {
            Prepared gone = prepared.remove(standing);
            if (gone == null || gone.isolate == null) return;
            dropped = true;
            try {
                gone.isolate.close();
            } catch (JavetException | RuntimeException e) {
                LOG.warn("the isolate of function {} could not be closed", standing.function.name(), e);
            }
        }
    }

    /**
     * Starts its thread.
     *
     * @param maker which makes isolates; null for the one that does
     * @param prompt what its thread's work is to begin with
     */
    Worker(
            FunctionLimits limits,
            Watchdog watchdog,
            String name,
            EdgeLocation location,
            @Nullable Worker maker,
            UnaryOperator<Runnable> prompt) {
        this.limits = limits;
        this.watchdog = watchdog;
        this.name = name;
        this.location = location;
        this.maker = maker;
        this.prompt = prompt;
        this.thread = start();
    }

    private Thread start() {
        Thread started = Thread.ofPlatform()
                .name(name)
                .stackSize(V8.STACK_BYTES)
                .daemon()
                .unstarted(prompt.apply(() -> work(new Ready(new CpuMeter(watchdog)))));
        thread = started;
        started.start();
        return started;
    }

    /** Quick functions are for these. */
    void makeFor(List<Worker> all) {
        others = all;
    }

    private Worker home(Standing standing) {
        return others.get(Math.floorMod(standing.function.name().hashCode(), others.size()));
    }

    /** Calls that wait here or run. */
    int load() {
        return load.get();
    }

    @Nullable
    Run running() {
        return running;
    }

    /** Takes a call; does not, when too many wait, of its function or altogether. */
    boolean offer(Call call) {
        int own = call.standing.waiting.incrementAndGet();
        boolean full = own > limits.queueMax() || (load.get() >= CROWD * limits.queueMax() && own > WAITING_MIN);
        if (full || closed) {
            call.standing.waiting.decrementAndGet();
            return false;
        }
        take(call);
        return true;
    }

    private void take(Call call) {
        load.incrementAndGet();
        arrived.add(call);
        wake();
    }

    private void give(Chore chore) {
        chores.add(chore);
        wake();
    }

    private void wake() {
        if (asleep) LockSupport.unpark(thread);
    }

    /** Makes it ready, when there is nothing better to do. Of the maker alone. */
    void prepare(Standing standing) {
        later.add(ready -> prepared(standing, ready));
        wake();
    }

    /** Makes another isolate for a worker. Of the maker alone. */
    void prepareFor(Standing standing, Worker other) {
        later.add(_ -> {
            Prepared made = made(standing);
            other.receive(standing, made);
        });
        wake();
    }

    /** Calls that find out that it has the isolate find the isolate, since chores come first. */
    private void receive(Standing standing, Prepared given) {
        give(ready -> {
            if (maker != null) ready.enter();
            ready.put(standing, given);
            bound(ready);
        });
        if (maker != null) standing.heldBy(this);
    }

    void forget(Standing standing) {
        give(ready -> drop(standing, ready));
    }

    /** The thread in office does not come back: another takes over, with isolates of its own. */
    void replace() {
        running = null;
        load.decrementAndGet();
        start();
    }

    private void work(Ready ready) {
        Thread self = Thread.currentThread();
        if (maker == null) Native.yieldToOthers(NICE);
        try {
            while (inOffice(self) && step(ready)) {
                if (System.nanoTime() - ready.sweptNanos > SWEEP_NANOS) sweep(ready);
            }
        } finally {
            for (Standing each : List.copyOf(ready.prepared.keySet())) ready.drop(each);
            if (ready.dropped) Native.trim();
        }
    }

    /** Does what is next, or waits for it; false at the end. */
    private boolean step(Ready ready) {
        for (Call call = arrived.poll(); call != null; call = arrived.poll()) turns.add(call);
        // Not before: what brings a call's isolate was there before the call.
        if (did(chores.poll(), ready)) return true;
        Call call = turns.next();
        if (call != null) {
            serve(call, ready);
            return true;
        }
        if (did(later.poll(), ready)) return true;
        if (closed) return false;
        asleep = true;
        // Whoever came before it was known to sleep is found here.
        if (arrived.isEmpty() && chores.isEmpty() && later.isEmpty() && !closed)
            LockSupport.parkNanos(this, SWEEP_NANOS);
        asleep = false;
        return true;
    }

    private static boolean did(@Nullable Chore chore, Ready ready) {
        if (chore == null) return false;
        chore.with(ready);
        ready.cpu.skip();
        return true;
    }

    // The very thread.
    @SuppressWarnings("ReferenceEquality")
    private boolean inOffice(Thread self) {
        return thread == self;
    }

    private void serve(Call call, Ready ready) {
        if (maker != null && !ready.prepared.containsKey(call.standing)) {
            call.standing.leftBy(this);
            load.decrementAndGet();
            maker.take(call);
            return;
        }
        call.standing.waiting.decrementAndGet();
        Outcome outcome;
        try {
            outcome = call.standing.mayRun(System.nanoTime())
                    ? run(call, ready)
                    : Outcome.Failed.of(Outcome.Reason.THROTTLED, "The function is throttled.");
        } catch (RuntimeException | LinkageError e) {
            LOG.error("function {} could not be run", call.standing.function.name(), e);
            outcome = Outcome.Failed.of(Outcome.Reason.EXECUTION, "The function could not be run: " + e);
        }
        if (inOffice(Thread.currentThread())) load.decrementAndGet();
        call.end(outcome);
    }

    private Outcome run(Call call, Ready ready) {
        Thread self = Thread.currentThread();
        Prepared prepared = prepared(call.standing, ready);
        Isolate isolate = prepared.isolate;
        if (isolate == null) return Outcome.Failed.of(Outcome.Reason.EXECUTION, prepared.error);
        Run run = new Run(call, isolate, self, ready.cpu.nanos());
        prepared.usedNanos = run.startedNanos;
        running = run;
        watchdog.wake();
        String text = null;
        String mistake = STOPPED;
        boolean broken = false;
        try {
            text = isolate.run(call);
        } catch (JavetTerminatedException e) {
            broken = true;
        } catch (JavetException e) {
            broken = true;
            mistake = String.valueOf(e.getMessage());
        }
        boolean stopped = run.end();
        long ended = System.nanoTime();
        long cpu = ready.cpu.spent(ended - run.startedNanos);
        if (inOffice(self)) running = null;
        boolean lost = stopped || broken;
        Outcome outcome = lost || text == null
                ? new Outcome.Failed(Outcome.Reason.EXECUTION, mistake, "", List.of(), cpu)
                : OutcomeText.read(text, cpu);
        if (call.watched && outcome instanceof Outcome.Returned returned) call.standing.watched(isRepeated(returned));
        // Reading costs little, but for results that are made to cost much.
        long now = System.nanoTime();
        long spent = text != null && text.length() > LARGE ? cpu + ready.cpu.spent(now - ended) : cpu;
        boolean quick = call.standing.ran(spent, lost, now);
        settle(call.standing, ready, lost, quick);
        return outcome;
    }

    /** Whether the edge will remember it: answers it does not. */
    private static boolean isRepeated(Outcome.Returned returned) {
        if (!returned.repeatable()) return false;
        return returned.result().plain() != null || !returned.result().tree().has("statusCode");
    }

    /** Where the isolate is to be from now on. */
    private void settle(Standing standing, Ready ready, boolean lost, boolean quick) {
        if (lost) {
            drop(standing, ready);
        } else if (maker != null && !quick) {
            standing.leftBy(this);
            Prepared kept = ready.prepared.remove(standing);
            if (kept != null) maker.receive(standing, kept);
        } else if (maker == null && quick && standing.holder() == null) {
            Prepared kept = ready.prepared.remove(standing);
            if (kept != null) home(standing).receive(standing, kept);
        }
    }

    private void drop(Standing standing, Ready ready) {
        if (maker != null) standing.leftBy(this);
        ready.drop(standing);
    }

    private Prepared prepared(Standing standing, Ready ready) {
        Prepared known = ready.prepared.get(standing);
        if (known != null) return known;
        Prepared made = made(standing);
        ready.put(standing, made);
        bound(ready);
        ready.cpu.skip();
        return made;
    }

    private void bound(Ready ready) {
        Iterator<Standing> oldest = List.copyOf(ready.prepared.keySet()).iterator();
        while (ready.prepared.size() > limits.isolatesMax() && oldest.hasNext()) drop(oldest.next(), ready);
    }

    private Prepared made(Standing standing) {
        try {
            Syntax.Checked checked = standing.checked();
            if (!checked.error().isEmpty()) return new Prepared(null, checked.error());
            return new Prepared(new Isolate(standing.function, checked.factory(), location), "");
        } catch (JavetException e) {
            return new Prepared(null, String.valueOf(e.getMessage()));
        }
    }

    /** Closes what nobody has used for long. */
    private void sweep(Ready ready) {
        long now = System.nanoTime();
        ready.sweptNanos = now;
        List<Standing> idle = new ArrayList<>();
        for (Map.Entry<Standing, Prepared> each : ready.prepared.entrySet()) {
            if (now - each.getValue().usedNanos > limits.idle().toNanos()) idle.add(each.getKey());
        }
        for (Standing each : idle) drop(each, ready);
        if (!ready.dropped) return;
        ready.dropped = false;
        Native.trim();
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    void awaitEnd() {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
