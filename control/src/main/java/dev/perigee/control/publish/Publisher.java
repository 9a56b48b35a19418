package dev.perigee.control.publish;

import dev.perigee.control.compile.Compilation;
import dev.perigee.control.compile.Compilation.Problem;
import dev.perigee.control.compile.PlanCompiler;
import dev.perigee.control.compile.Snapshot;
import dev.perigee.control.publish.EdgeOffers.Outcome;
import dev.perigee.core.plan.Plan;
import dev.perigee.wire.PlanDocument;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every edge on the newest plan: reads the snapshot, compiles it, offers the document to all edges at once, and
 * says which version all of them have in force.
 *
 * <p>One thread owns all state and sleeps until something happens: a newer revision, the answer of an edge, or the end
 * of a backoff. Revisions that come while it is busy count as one. Every edge's offers wait on a thread of its own, so
 * an edge that is slow or fails holds back nothing but the acknowledged version.
 */
public final class Publisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    /** Between two records of what is acknowledged: each is a write to the disk that the next revision waits for. */
    private static final Duration RECORD_PAUSE = Duration.ofSeconds(1);

    private final Supplier<Snapshot> snapshots;
    private final PlanCompiler compiler;
    private final List<EdgeOffers> edges;
    private final LongConsumer onAcknowledged;
    private final Backoff backoff;
    private final long recordPauseNanos;
    private final RandomGenerator random = new SplittableRandom();
    private final Thread thread;

    /** Holds at most one revision, one stop, and one outcome per edge. */
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private final AtomicBoolean revisionQueued = new AtomicBoolean();

    private Plan newest = Plan.EMPTY;
    private long newestConfig;
    private byte @Nullable [] document;
    private int readFailures;
    private long readDueNanos;
    private boolean readDue = true;
    private long reported;
    private int reportFailures;
    private long reportDueNanos = System.nanoTime();
    private Set<Problem> known = Set.of();

    private volatile long acknowledged;
    private volatile List<EdgeState> states;
    private volatile List<Problem> problems = List.of();

    /**
     * @param acknowledged called on the publishing thread with the lowest version that every edge has in force, after
     *     that has risen, at most once a second and before the end; when it throws, it is called again later
     */
    public Publisher(
            Supplier<Snapshot> snapshots, PlanCompiler compiler, List<EdgeLink> edges, LongConsumer acknowledged) {
        this(snapshots, compiler, edges, acknowledged, Backoff.USUAL, RECORD_PAUSE);
    }

    Publisher(
            Supplier<Snapshot> snapshots,
            PlanCompiler compiler,
            List<EdgeLink> edges,
            LongConsumer acknowledged,
            Backoff backoff,
            Duration recordPause) {
        this.snapshots = snapshots;
        this.compiler = compiler;
        this.edges = edges.stream()
                .map(link -> new EdgeOffers(link, backoff, random))
                .toList();
        this.onAcknowledged = acknowledged;
        this.backoff = backoff;
        recordPauseNanos = recordPause.toNanos();
        states = states(this.edges);
        thread = Thread.ofPlatform().daemon().name("publisher").unstarted(this::run);
    }

    /** Begins: reads the snapshot and publishes it at once. */
    public void start() {
        thread.start();
    }

    /** The store has a newer revision. Returns at once. */
    public void revisionAdvanced() {
        if (revisionQueued.compareAndSet(false, true)) events.add(new RevisionAdvanced());
    }

    /** The lowest version that every edge has said to have in force, as soon as the last has said so; 0 before the first. */
    public long acknowledged() {
        long highest = acknowledged;
        return edges.isEmpty() ? highest : Math.max(highest, lowestInForce());
    }

    public List<EdgeState> states() {
        return states;
    }

    /** What the newest plan could not take in. */
    public List<Problem> problems() {
        return problems;
    }

    /** Ends the publishing thread and interrupts offers that are under way. */
    @Override
    public void close() {
        if (thread.getState() == Thread.State.NEW) return;
        events.add(new Stop());
        try {
            if (!thread.join(CLOSE_WITHIN)) {
                LOG.warn("publishing thread is still busy after {}", CLOSE_WITHIN);
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                long now = System.nanoTime();
                if (readWaitNanos(now) <= 0) read(now);
                offer(now);
                report(now);
                states = states(edges);
                Event event = next(waitNanos(System.nanoTime()));
                if (event instanceof Stop) {
                    if (lowestInForce() > reported) record(System.nanoTime());
                    return;
                }
                if (event != null) take(event);
            }
        } catch (InterruptedException interrupted) {
            LOG.warn("publishing thread interrupted: no plan is published any more");
        } finally {
            edges.forEach(EdgeOffers::close);
        }
    }

    private @Nullable Event next(long waitNanos) throws InterruptedException {
        return waitNanos == Long.MAX_VALUE ? events.take() : events.poll(waitNanos, TimeUnit.NANOSECONDS);
    }

    private void take(Event event) {
        switch (event) {
            case RevisionAdvanced() -> {
                // Before the snapshot is read: a revision from now on is queued again.
                revisionQueued.set(false);
                readDue = true;
            }
            case Answered(Outcome outcome) -> {
                noteAcknowledged();
                String failure = outcome.edge().finish(outcome, System.nanoTime());
                if (failure != null) {
                    LOG.warn(
                            "edge {} does not take plan {}: {}",
                            outcome.edge().state().pop(),
                            outcome.offered(),
                            failure);
                }
                // An edge that is ahead of this publisher may know a revision of which no word has come yet.
                if (outcome.inForce() > newest.version()) readDue = true;
            }
            case Stop() -> {}
        }
    }

    private void read(long now) {
        try {
            Snapshot snapshot = snapshots.get();
            boolean newer = document == null || snapshot.version() > newest.version();
            if (newer) compile(snapshot);
            readFailures = 0;
            readDue = false;
        } catch (RuntimeException failed) {
            // The store may be back later, and edges serve by what they have until then.
            readFailures++;
            readDueNanos = now + backoff.nanos(readFailures, random);
            LOG.warn("no plan after {}: attempt {} failed", newest.version(), readFailures, failed);
        }
    }

    private void compile(Snapshot snapshot) {
        // An invalidation waits for this: what is compiled already stays.
        if (document != null && snapshot.configVersion() == newestConfig) {
            newest = compiler.repurged(newest, snapshot);
            document = PlanDocument.encode(newest);
            return;
        }
        Compilation compilation = compiler.compile(snapshot, newest);
        document = PlanDocument.encode(compilation.plan());
        newest = compilation.plan();
        newestConfig = snapshot.configVersion();
        problems = compilation.problems();
        for (Problem problem : problems) {
            if (!known.contains(problem)) {
                LOG.warn(
                        "distribution {} in plan {}: {}",
                        problem.distributionId(),
                        newest.version(),
                        problem.message());
            }
        }
        known = new HashSet<>(problems);
    }

    private void offer(long now) {
        byte[] offered = document;
        if (offered == null) return;
        for (EdgeOffers edge : edges) {
            if (edge.wants(newest.version()) && edge.waitNanos(now) <= 0) {
                edge.start(newest.version(), offered, outcome -> events.add(new Answered(outcome)));
            }
        }
    }

    private void report(long now) {
        noteAcknowledged();
        if (reportWaitNanos(now) <= 0) record(now);
    }

    /** Whoever asks is never told less again; the record is for the time after a restart. */
    private void noteAcknowledged() {
        acknowledged = Math.max(acknowledged, lowestInForce());
    }

    private void record(long now) {
        long lowest = lowestInForce();
        try {
            onAcknowledged.accept(lowest);
            reported = lowest;
            reportFailures = 0;
            reportDueNanos = now + recordPauseNanos;
        } catch (RuntimeException failed) {
            reportFailures++;
            reportDueNanos = now + backoff.nanos(reportFailures, random);
            LOG.warn("acknowledgement of plan {} could not be recorded", lowest, failed);
        }
    }

    /** Without edges every plan is in force everywhere. */
    private long lowestInForce() {
        return edges.stream().mapToLong(EdgeOffers::inForce).min().orElse(newest.version());
    }

    private long waitNanos(long now) {
        long wait = Math.min(readWaitNanos(now), reportWaitNanos(now));
        for (EdgeOffers edge : edges) {
            if (document != null && edge.wants(newest.version())) wait = Math.min(wait, edge.waitNanos(now));
        }
        return Math.max(wait, 0);
    }

    private long readWaitNanos(long now) {
        if (!readDue) return Long.MAX_VALUE;
        return readFailures == 0 ? 0 : readDueNanos - now;
    }

    private long reportWaitNanos(long now) {
        if (lowestInForce() <= reported) return Long.MAX_VALUE;
        return reportDueNanos - now;
    }

    private static List<EdgeState> states(List<EdgeOffers> edges) {
        return edges.stream().map(EdgeOffers::state).toList();
    }

    private sealed interface Event {}

    private record RevisionAdvanced() implements Event {}

    private record Answered(Outcome outcome) implements Event {}

    private record Stop() implements Event {}
}
