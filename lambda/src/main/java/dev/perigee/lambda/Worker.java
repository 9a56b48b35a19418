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

    private final EdgeLambda function;
    private final Launch launch;
    private final LambdaLimits limits;
    private final Owner owner;
    /** A turn, and the end. */
    private final BlockingQueue<Turn> next = new ArrayBlockingQueue<>(2);

    /** What an event loop does with the process; whoever takes it away tells what came of it. */
    private final AtomicReference<@Nullable LoopRun> onLoop = new AtomicReference<>();

    private volatile @Nullable Process process;
    /** When what it does now has to be over, in nanoseconds; for the watchdog. */
    private volatile long deadline = Long.MAX_VALUE;

    private volatile boolean used;
    private volatile boolean killed;
    private volatile boolean overdue;

    /** What event loops may take part in, once the function is loaded. */
    private volatile @Nullable Conversation ready;

    /** Of its own thread. */
    private @Nullable Conversation conversation;
    /** Whether the process has said that it cannot go on. */
    private boolean fatal;

    /** Who has workers. */
    interface Owner {
        /** It waits for the next job. Whether there may be one; it ends otherwise. */
        boolean idle(Worker worker);

        /** It has waited long. Whether it may end: if not, it has a job, or one is on its way. */
        boolean mayEnd(Worker worker);

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

    /** Gives it its next job; it has none. */
    void give(Job job) {
        next.add(new Turn(job, 0, null));
    }

    /**
     * Gives it its next job; it is idle. On an event loop that can, that loop speaks with the process.
     *
     * @return false when the process has gone, and nothing has happened
     */
    boolean begin(Job job) {
        Conversation with = ready;
        Pipes pipes = with == null ? null : with.pipes();
        if (with == null || pipes == null) {
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
        onLoop.set(run);
        deadline = begun + job.timeoutNanos();
        try {
            run.send(Conversation.line(job, function.arn(), begun));
            return true;
        } catch (IOException gone) {
            onLoop.set(null);
            deadline = Long.MAX_VALUE;
            return false;
        }
    }

    private void done(LoopRun run, Outcome outcome) {
        if (onLoop.getAndSet(null) == null) return;
        deadline = Long.MAX_VALUE;
        // Before the viewer goes on: its next function may be this one.
        if (!owner.idle(this)) next.offer(Turn.END);
        run.job().then().accept(outcome);
    }

    private void handedOver(LoopRun run) {
        if (onLoop.getAndSet(null) == null) return;
        next.add(new Turn(run.job(), run.begun(), run.unsent()));
    }

    /** Whether its process is late, and so to be ended. */
    boolean isLate(long nowNanos) {
        boolean late = deadline != Long.MAX_VALUE && nowNanos - deadline > 0;
        if (late) overdue = true;
        return late;
    }

    /** Ends the process, now. */
    void kill() {
        killed = true;
        Process running = process;
        if (running == null) return;
        // Only where nothing else ends what the function has started.
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
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
                boolean goesOn = isUsable(outcome) && owner.idle(this);
                Job done = job;
                job = null;
                tell(done, outcome);
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
            deadline = System.nanoTime() + limits.initMax().toNanos();
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
            deadline = Long.MAX_VALUE;
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
            with.noted(message);
        }
    }

    /** Whether the process can be used again. */
    private boolean isUsable(Outcome outcome) {
        return outcome instanceof Outcome.Returned
                || (outcome instanceof Outcome.Failed failed && failed.reason() == Outcome.Reason.THREW && !fatal);
    }

    private void tell(Job job, Outcome outcome) {
        try {
            job.then().accept(outcome);
        } catch (RuntimeException e) {
            LOG.error("nobody hears what came of a run of {}", function.arn(), e);
        }
    }

    private Outcome serve(Turn turn, Job job) {
        byte[] unsent = turn.unsent();
        long begun = unsent == null ? System.nanoTime() : turn.begun();
        deadline = begun + job.timeoutNanos();
        try {
            return answer(unsent == null ? Conversation.line(job, function.arn(), begun) : unsent, job, begun);
        } catch (IOException e) {
            return broken(job, begun);
        } finally {
            deadline = Long.MAX_VALUE;
        }
    }

    private Outcome answer(byte[] line, Job job, long begun) throws IOException {
        Conversation with = conversation;
        if (with == null) throw new IOException("no process");
        if (line.length > 0) with.send(line);
        while (true) {
            JsonNode message = with.message();
            if (message == null) return broken(job, begun);
            if (with.noted(message) || !Conversation.ends(message, job)) continue;
            fatal = Conversation.isFatal(message);
            return with.outcome(message, begun);
        }
    }

    private Outcome broken(Job job, long begun) {
        long nanos = System.nanoTime() - begun;
        Process running = process;
        Conversation with = conversation;
        if (overdue) {
            String text = String.format(Locale.ROOT, "Task timed out after %.2f seconds", job.timeoutNanos() / 1e9);
            return failed(Outcome.Reason.TIMED_OUT, "", text, nanos);
        }
        if (with != null && with.lines().tooLong()) {
            // It would write on, and what it says is waited for.
            kill();
            String text = "Response payload size exceeded maximum allowed payload size (" + limits.answerBytesMax()
                    + " bytes).";
            return failed(Outcome.Reason.TOO_LARGE, "Function.ResponseSizeTooLarge", text, nanos);
        }
        if (running != null) running.descendants().forEach(ProcessHandle::destroyForcibly);
        String text = "RequestId: " + job.requestId() + " Error: Runtime exited" + status(running);
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
