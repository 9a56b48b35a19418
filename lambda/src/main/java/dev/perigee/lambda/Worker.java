package dev.perigee.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.lambda.Conversation.Failure;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of one version of a function, and the thread that has started it: event after event, one at a time. The thread is of
 * the platform, since it waits on pipes, and stays as long as the process, which the kernel ends with it. Where an event loop asks
 * for a run, and the process is idle, the loop speaks with the process and the thread sleeps on.
 */
final class Worker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    /** For an event loop to notice that a process has ended. */
    private static final long HAND_OVER_SECONDS = 2;
    /** Within which a process reads its next event: one that does not is busy with what it has answered. */
    private static final long READS_NANOS = 1_000_000_000;
    /** Within which nothing is left of a process; what it has started may live on in some sandboxes, with its pipes. */
    private static final long REMAINS_NANOS = 500_000_000;

    private final EdgeLambda function;
    private final Launch launch;
    private final LambdaLimits limits;
    private final Owner owner;
    /** A turn, and the end. */
    private final BlockingQueue<Turn> next = new ArrayBlockingQueue<>(2);

    /** What an event loop does with the process; whoever takes it away tells what came of it. */
    private final AtomicReference<@Nullable LoopRun> onLoop = new AtomicReference<>();

    private final Term term = new Term();
    private volatile @Nullable Process process;

    private volatile boolean used;
    private volatile boolean killed;
    private volatile boolean overdue;

    /** What event loops may take part in, once the function is loaded. */
    private volatile @Nullable Conversation ready;

    private volatile @Nullable Conversation conversation;

    // Of its own thread.
    /** Whether the process has said that it cannot go on, or was given up. */
    private boolean lost;
    /** Whether the process was sent the whole event. */
    private boolean sent;

    /** Of the watchdog: since when a process has gone for which somebody waits; 0 when there is none. */
    private long goneSince;

    /** Who has workers. */
    interface Owner {
        /** It waits for the next job. Whether there may be one; it ends otherwise. */
        boolean idle(Worker worker);

        /** It has waited long. Whether it may end: if not, it has a job, or one is on its way. */
        boolean mayEnd(Worker worker);

        /** It ends without having begun with this job. */
        void again(Worker worker, Job job);

        /** It has ended. */
        void ended(Worker worker);
    }

    /** Starts the process. */
    interface Launch {
        Launched start() throws IOException, BadPackage;
    }

    /** A process, and the pipes to it where they are not those of Java. */
    record Launched(Process process, @Nullable Pipes pipes) {}

    /**
     * What its thread is to do.
     *
     * @param job null for the end
     * @param unsent of what the process is to be told for a run that has begun; null for one that has not
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Turn(@Nullable Job job, long begun, byte @Nullable [] unsent) {
        private static final Turn END = new Turn(null, 0, null);
    }

    Worker(EdgeLambda function, Launch launch, LambdaLimits limits, Owner owner) {
        this.function = function;
        this.launch = launch;
        this.limits = limits;
        this.owner = owner;
    }

    /** Has it end, now; it has no job, or its job fails. */
    void end() {
        next.offer(Turn.END);
        kill();
    }

    /** Has it end, soon; it has no job. Never waits. */
    void leave() {
        killed = true;
        next.offer(Turn.END);
    }

    /** Whether its process is there, or will be. */
    boolean lives() {
        Process running = process;
        return !killed && (running == null || running.isAlive());
    }

    /** What it has said since its last run; it is idle, and gets no other job. Never waits. */
    List<String> last() {
        Conversation with = ready;
        if (with == null) return List.of();
        with.fitness(true);
        return with.said().taken();
    }

    /** Gives it its next job; it has none. */
    void give(Job job) {
        next.add(new Turn(job, 0, null));
    }

    /**
     * Gives it its next job; it is idle. On an event loop that can, that loop speaks with the process.
     *
     * @return false when the process has gone or cannot be trusted with it, and nothing has happened
     */
    boolean begin(Job job) {
        Conversation with = ready;
        Pipes pipes = with == null ? null : with.pipes();
        Conversation.Fitness fitness = with == null || pipes == null ? Conversation.Fitness.TALKS : with.fitness(true);
        if (fitness == Conversation.Fitness.UNFIT) return false;
        if (with == null || pipes == null || fitness == Conversation.Fitness.TALKS) {
            give(job);
            return true;
        }
        long begun = System.nanoTime();
        LoopRun run = new LoopRun(with, pipes, job, begun, new LoopRun.Then() {
            @Override
            public void done(LoopRun done, Outcome outcome) {
                Worker.this.done(done, outcome);
            }

            @Override
            public void handedOver(LoopRun handed) {
                Worker.this.handedOver(handed);
            }
        });
        if (!run.waits()) {
            give(job);
            return true;
        }
        used = true;
        job.before().forEach(with.said()::add);
        onLoop.set(run);
        term.begin(begun, job.timeoutNanos());
        try {
            run.send(with.line(job, function.arn(), begun));
            return true;
        } catch (IOException gone) {
            onLoop.set(null);
            term.over();
            return false;
        }
    }

    private void done(LoopRun run, Outcome outcome) {
        if (onLoop.getAndSet(null) == null) return;
        // Before the viewer goes on: its next function may be this one.
        if (!term.over() || !owner.idle(this)) next.offer(Turn.END);
        run.job().then().accept(outcome);
    }

    private void handedOver(LoopRun run) {
        if (onLoop.getAndSet(null) == null) return;
        next.add(new Turn(run.job(), run.begun(), run.unsent()));
    }

    /** Ends the process when it is late, or has not begun. For one thread at a time, which may look into pipes. */
    void watch(long nowNanos) {
        Conversation with = ready;
        if (term.isLate(nowNanos)) {
            overdue = true;
            kill();
        } else if (with != null && term.hasPassed(nowNanos, READS_NANOS) && with.waitsToBegin() && term.giveUp()) {
            kill();
        }
        watchRemains(nowNanos);
    }

    private void watchRemains(long nowNanos) {
        Process gone = process;
        Conversation with = conversation;
        if (with == null || gone == null || gone.isAlive() || !term.isOn()) {
            goneSince = 0;
        } else if (goneSince == 0) {
            goneSince = nowNanos;
        } else if (nowNanos - goneSince > REMAINS_NANOS) {
            with.giveUp();
        }
    }

    /** Ends the process, now. */
    void kill() {
        killed = true;
        Process running = process;
        if (running == null) return;
        // Only where nothing else ends what the function has started.
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        // By its handle, which leaves what it has said to be read.
        running.toHandle().destroyForcibly();
    }

    @Override
    public void run() {
        Job job = null;
        try {
            Failure failure = open();
            while (true) {
                Turn turn = next.poll(limits.idleMax().toNanos(), TimeUnit.NANOSECONDS);
                if (turn == null && isNeeded()) continue;
                if (turn != null && turn.job() == null) turn = left();
                job = turn == null ? null : turn.job();
                if (turn == null || job == null) return;
                Outcome outcome = failure == null ? serve(turn, job) : failed(failure);
                // Before anybody is told, who may ask for the next run at once.
                boolean goesOn = outcome != null && isUsable(outcome) && owner.idle(this);
                Job done = job;
                job = null;
                if (outcome == null) owner.again(this, done.again(saidAtLast()));
                else tell(done, outcome);
                if (!goesOn) return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("a process of {} is lost", function.arn(), e);
            Failure failure = new Failure(Outcome.Reason.CRASHED, "", "the edge has failed", List.of());
            if (job != null) tell(job, failed(failure));
        } finally {
            kill();
            Conversation ended = conversation;
            if (ended != null) ended.close();
            owner.ended(this);
        }
    }

    private boolean isNeeded() {
        boolean needed = used || !owner.mayEnd(this);
        used = false;
        return needed;
    }

    /** What an event loop was at when the end came: the loop sees that the process has gone, and hands it over. */
    private @Nullable Turn left() throws InterruptedException {
        kill();
        Turn handed = onLoop.get() == null ? next.poll() : next.poll(HAND_OVER_SECONDS, TimeUnit.SECONDS);
        if (handed != null) return handed;
        LoopRun stuck = onLoop.getAndSet(null);
        return stuck == null ? null : new Turn(stuck.job(), stuck.begun(), stuck.unsent());
    }

    /** Starts the process and waits until it has loaded its function. What is wrong then is told to who has asked first. */
    private @Nullable Failure open() {
        try {
            term.begin(System.nanoTime(), limits.initMax().toNanos());
            Launched started = launch.start();
            process = started.process();
            if (killed) kill();
            Conversation begun = new Conversation(started.process(), started.pipes(), limits);
            conversation = begun;
            Failure failure = loaded(begun);
            if (failure == null) ready = begun;
            return failure;
        } catch (IOException e) {
            LOG.error("a process of {} cannot be started: {}", function.arn(), e.toString());
            return new Failure(Outcome.Reason.NOT_LOADED, "", "no process can be started", List.of());
        } catch (BadPackage e) {
            return new Failure(Outcome.Reason.NOT_LOADED, "", e.text(), List.of());
        } finally {
            term.over();
        }
    }

    private @Nullable Failure loaded(Conversation with) throws IOException {
        while (true) {
            JsonNode message = with.message();
            if (message == null) {
                String what = overdue
                        ? "the function was not loaded after "
                                + limits.initMax().toMillis() + " ms"
                        : "Runtime exited while it loaded the function";
                return new Failure(Outcome.Reason.NOT_LOADED, "Runtime.ExitError", what, List.of());
            }
            if (message.has("ready")) return null;
            if (message.has("failed")) {
                return Conversation.failure(Outcome.Reason.NOT_LOADED, message.path("failed"));
            }
        }
    }

    /** Whether the process can be used again. */
    private boolean isUsable(Outcome outcome) {
        if (lost) return false;
        return outcome instanceof Outcome.Returned
                || (outcome instanceof Outcome.Failed failed && failed.reason() == Outcome.Reason.THREW);
    }

    private void tell(Job job, Outcome outcome) {
        try {
            job.then().accept(outcome);
        } catch (RuntimeException e) {
            LOG.error("nobody hears what came of a run of {}", function.arn(), e);
        }
    }

    /** What came of it; null when the function has not seen the event, and another process can have it. */
    private @Nullable Outcome serve(Turn turn, Job job) {
        byte[] unsent = turn.unsent();
        long begun = unsent == null ? System.nanoTime() : turn.begun();
        if (unsent == null) term.begin(begun, job.timeoutNanos());
        sent = false;
        try {
            Conversation with = conversation;
            if (with == null) throw new IOException("no process");
            if (unsent == null && with.fitness(false) == Conversation.Fitness.UNFIT) throw new IOException("unfit");
            if (unsent == null) job.before().forEach(with.said()::add);
            with.send(unsent == null ? with.line(job, function.arn(), begun) : unsent);
            sent = true;
            return answer(with, job, begun);
        } catch (IOException e) {
            return broken(job, begun);
        } finally {
            lost |= !term.over();
        }
    }

    private @Nullable Outcome answer(Conversation with, Job job, long begun) throws IOException {
        while (true) {
            JsonNode message = with.message();
            if (message == null) return broken(job, begun);
            boolean fatal = Conversation.isFatal(message);
            if (Conversation.isOf(message, job)) {
                lost |= fatal;
                return with.outcome(message, begun);
            }
            // The end of the process follows, if it is true.
            if (fatal) with.noteFailure(message);
        }
    }

    private @Nullable Outcome broken(Job job, long begun) {
        long nanos = System.nanoTime() - begun;
        Process running = process;
        Conversation with = conversation;
        if (overdue) {
            String text = String.format(Locale.ROOT, "Task timed out after %.2f seconds", job.timeoutNanos() / 1e9);
            return failed(Outcome.Reason.TIMED_OUT, "", text, nanos);
        }
        boolean tooLong = with != null && with.lines().tooLong();
        // Only one that has closed its end is about to end by itself.
        String status = sent && !tooLong && with != null && with.lines().isOver() ? status(running) : "";
        kill();
        if (with != null && !job.again() && !with.mayHaveBegun(sent)) return null;
        if (tooLong) {
            String text = "Response payload size exceeded maximum allowed payload size (" + limits.answerBytesMax()
                    + " bytes).";
            return failed(Outcome.Reason.TOO_LARGE, "Function.ResponseSizeTooLarge", text, nanos);
        }
        String text = "RequestId: " + job.requestId() + " Error: Runtime exited" + status;
        return failed(Outcome.Reason.CRASHED, "Runtime.ExitError", text, nanos);
    }

    private static String status(@Nullable Process process) {
        try {
            if (process == null || !process.waitFor(1, TimeUnit.SECONDS)) return "";
            int code = process.exitValue();
            return code > 128 ? " with error: signal " + (code - 128) : " with error: exit status " + code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private Outcome failed(Outcome.Reason reason, String type, String message, long nanos) {
        return new Outcome.Failed(reason, type, message, List.of(), saidAtLast(), nanos);
    }

    private Outcome failed(Failure failure) {
        return new Outcome.Failed(
                failure.reason(), failure.type(), failure.message(), failure.trace(), saidAtLast(), 0);
    }

    private List<String> saidAtLast() {
        Conversation with = conversation;
        if (with == null) return List.of();
        with.said().awaitEnd();
        return with.said().taken();
    }
}
