package dev.perigee.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.core.plan.EdgeLambda;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of one version of a function, and the thread that speaks with it: event after event, one at a time. The thread is of
 * the platform, since it waits on pipes, and stays as long as the process, which the kernel ends with it.
 */
final class Worker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TRACE_MAX = 64;

    /** No job, but the end. */
    private static final Job END = new Job(new byte[0], "", 0, 0, _ -> {});

    private final EdgeLambda function;
    private final Launch launch;
    private final LambdaLimits limits;
    private final Owner owner;
    private final BlockingQueue<Job> next = new ArrayBlockingQueue<>(1);
    private final Said said;
    private volatile @Nullable Process process;
    /** When what it does now has to be over, in nanoseconds; for the watchdog. */
    private volatile long deadline = Long.MAX_VALUE;

    // Of its own thread.
    private @Nullable Lines lines;
    /** Whether the process has said that it cannot go on. */
    private boolean fatal;

    private volatile boolean killed;
    private volatile boolean overdue;

    /** Who has workers. */
    interface Owner {
        /** It waits for the next job. Whether there may be one; it ends otherwise. */
        boolean idle(Worker worker);

        /** It has waited long. Whether it may end: if not, a job is on its way. */
        boolean mayEnd(Worker worker);

        /** It has ended. */
        void ended(Worker worker);
    }

    /** Starts the process. */
    interface Launch {
        Process start() throws IOException, BadPackage;
    }

    Worker(EdgeLambda function, Launch launch, LambdaLimits limits, Owner owner) {
        this.function = function;
        this.launch = launch;
        this.limits = limits;
        this.owner = owner;
        this.said = new Said(limits.logBytesMax());
    }

    EdgeLambda function() {
        return function;
    }

    @SuppressWarnings("ReferenceEquality") // it is this very one
    private static boolean isEnd(Job job) {
        return job == END;
    }

    /** Has it end, now; it has no job, or its job fails. */
    void end() {
        next.offer(END);
        kill();
    }

    /** Whether its process is there, or will be. */
    boolean lives() {
        Process running = process;
        return !killed && (running == null || running.isAlive());
    }

    /** Gives it its next job; it has none. */
    void give(Job job) {
        next.add(job);
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
                job = next.poll(limits.idleMax().toNanos(), TimeUnit.NANOSECONDS);
                if (job == null && !owner.mayEnd(this)) job = next.take();
                if (job == null || isEnd(job)) return;
                boolean usable = failure == null ? serve(job) : fail(job, failure);
                job = null;
                if (!usable || !owner.idle(this)) return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("a process of {} is lost", function.arn(), e);
            if (job != null) fail(job, new Failure(Outcome.Reason.CRASHED, "", "the edge has failed", List.of()));
        } finally {
            kill();
            owner.ended(this);
        }
    }

    private record Failure(Outcome.Reason reason, String type, String message, List<String> trace) {}

    /** Starts the process and waits until it has loaded its function. What is wrong then is told to who has asked first. */
    private @Nullable Failure open() {
        try {
            deadline = System.nanoTime() + limits.initMax().toNanos();
            Process started = launch.start();
            process = started;
            if (killed) kill();
            Thread.ofPlatform().daemon().name("lambda-output").start(() -> said.read(started.getErrorStream()));
            lines = new Lines(started.getInputStream(), limits.answerBytesMax());
            return loaded();
        } catch (IOException e) {
            LOG.error("a process of {} cannot be started: {}", function.arn(), e.toString());
            return new Failure(Outcome.Reason.NOT_LOADED, "", "no process can be started", List.of());
        } catch (BadPackage e) {
            return new Failure(Outcome.Reason.NOT_LOADED, "", e.text(), List.of());
        } finally {
            deadline = Long.MAX_VALUE;
        }
    }

    private @Nullable Failure loaded() throws IOException {
        while (true) {
            JsonNode message = message();
            if (message == null) {
                String what = overdue
                        ? "the function was not loaded after "
                                + limits.initMax().toMillis() + " ms"
                        : "Runtime exited while it loaded the function";
                return new Failure(Outcome.Reason.NOT_LOADED, "Runtime.ExitError", what, List.of());
            }
            if (message.has("ready")) return null;
            if (message.has("failed")) return failure(Outcome.Reason.NOT_LOADED, message.path("failed"));
            note(message);
        }
    }

    /** Whether the process can be used again. */
    private boolean serve(Job job) {
        long begun = System.nanoTime();
        deadline = begun + job.timeoutNanos();
        Outcome outcome;
        try {
            outcome = answer(job, begun);
        } catch (IOException e) {
            outcome = broken(job, begun);
        } finally {
            deadline = Long.MAX_VALUE;
        }
        boolean usable = outcome instanceof Outcome.Returned
                || (outcome instanceof Outcome.Failed failed && failed.reason() == Outcome.Reason.THREW && !fatal);
        job.then().accept(outcome);
        return usable;
    }

    private Outcome answer(Job job, long begun) throws IOException {
        send(job, begun);
        while (true) {
            JsonNode message = message();
            if (message == null) return broken(job, begun);
            if (message.has("log")) {
                note(message);
                continue;
            }
            fatal = message.path("fatal").asBoolean();
            // What a run before has left behind is not this one's answer.
            if (!fatal && !message.path("id").asText().equals(job.requestId())) continue;
            long nanos = System.nanoTime() - begun;
            if (message.has("error")) {
                Failure failure = failure(Outcome.Reason.THREW, message.path("error"));
                return new Outcome.Failed(
                        failure.reason(), failure.type(), failure.message(), failure.trace(), said.taken(), nanos);
            }
            return new Outcome.Returned(message.path("result"), said.taken(), nanos);
        }
    }

    private void send(Job job, long begun) throws IOException {
        Process running = process;
        if (running == null) throw new IOException("no process");
        long ends = System.currentTimeMillis() + (job.timeoutNanos() - (System.nanoTime() - begun)) / 1_000_000;
        String head = "{\"id\":\"" + job.requestId() + "\",\"arn\":\"" + function.arn() + "\",\"deadline\":" + ends
                + ",\"event\":";
        byte[] before = head.getBytes(UTF_8);
        byte[] line = new byte[before.length + job.event().length + 2];
        System.arraycopy(before, 0, line, 0, before.length);
        System.arraycopy(job.event(), 0, line, before.length, job.event().length);
        line[line.length - 2] = '}';
        line[line.length - 1] = '\n';
        OutputStream out = running.getOutputStream();
        out.write(line);
        out.flush();
    }

    private Outcome broken(Job job, long begun) {
        long nanos = System.nanoTime() - begun;
        Process running = process;
        Lines read = lines;
        if (overdue) {
            String text = String.format(Locale.ROOT, "Task timed out after %.2f seconds", job.timeoutNanos() / 1e9);
            return failed(Outcome.Reason.TIMED_OUT, "", text, nanos);
        }
        if (read != null && read.tooLong()) {
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
        said.awaitEnd();
        return new Outcome.Failed(reason, type, message, List.of(), said.taken(), nanos);
    }

    private boolean fail(Job job, Failure failure) {
        said.awaitEnd();
        job.then()
                .accept(new Outcome.Failed(
                        failure.reason(), failure.type(), failure.message(), failure.trace(), said.taken(), 0));
        return false;
    }

    private @Nullable JsonNode message() throws IOException {
        Lines read = lines;
        byte[] line = read == null ? null : read.next();
        if (line == null) return null;
        JsonNode message = JSON.readTree(line);
        if (message == null || !message.isObject()) throw new IOException("no message");
        return message;
    }

    private void note(JsonNode message) {
        String level = message.path("level").asText();
        String text = message.path("log").asText();
        said.add(level.isEmpty() ? text : level + "\t" + text);
    }

    private static Failure failure(Outcome.Reason reason, JsonNode error) {
        List<String> trace = new ArrayList<>();
        for (JsonNode line : error.path("trace")) {
            if (trace.size() < TRACE_MAX) trace.add(line.asText());
        }
        return new Failure(
                reason,
                error.path("errorType").asText(),
                error.path("errorMessage").asText(),
                trace);
    }
}
