package dev.perigee.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is said between Perigee and one process: lines of JSON. For one thread at a time, which may be an event loop. */
final class Conversation implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TRACE_MAX = 64;
    /** What a process may have to say between two runs: Python's threads go on. */
    private static final int BETWEEN_MAX = 10_000;
    /** The bootstraps' lines of the console; those that nobody keeps need not be understood. */
    private static final byte[] LOG = "{\"log\":".getBytes(UTF_8);

    private static final int STRAY_MAX = 1024;

    private static final Pattern ANSWER = Pattern.compile("\\{\"id\": ?\"([^\"]{1,256})\",");

    /** How long a process that was ended may take to go. */
    private static final int GOES_MILLIS = 500;

    private final Process process;
    private final @Nullable Pipes pipes;
    private final InputStream in;
    private final OutputStream out;
    private final Lines lines;
    private final Said said;
    /** Whether the function has the event of this run; only where the process is asked to tell. */
    private volatile boolean acknowledged;
    /** Whether the process has failed outside of any run. */
    private boolean disclaimed;

    /** Whether an event loop can ask a process for a run. */
    enum Fitness {
        FIT,
        /** It says too much for an event loop. */
        TALKS,
        /** It has ended. */
        UNFIT
    }

    /** @param pipes where event loops can take part */
    Conversation(Process process, @Nullable Pipes pipes, LambdaLimits limits) {
        this.process = process;
        this.pipes = pipes;
        this.in = pipes == null ? process.getInputStream() : pipes.incoming();
        this.out = pipes == null ? process.getOutputStream() : pipes.outgoing();
        this.lines = new Lines(limits.answerBytesMax());
        this.said = new Said(limits.logBytesMax());
        Thread.ofPlatform().daemon().name("lambda-output").start(() -> said.read(process.getErrorStream()));
    }

    /** Why a run came to nothing. */
    record Failure(Outcome.Reason reason, String type, String message, List<String> trace) {}

    @Nullable
    Pipes pipes() {
        return pipes;
    }

    Lines lines() {
        return lines;
    }

    Said said() {
        return said;
    }

    /**
     * Whether the process may have the next event. Never waits. What it has said since its last answer is kept for the next run.
     */
    Fitness fitness(boolean onLoop) {
        int most = onLoop ? LoopRun.LINES_MAX : BETWEEN_MAX;
        try {
            for (int i = 0; i < most; i++) {
                byte[] line = lines.next(this::readNow, LoopRun.OCTETS_MAX);
                if (line == null) return lines.isOver() ? Fitness.UNFIT : Fitness.FIT;
                JsonNode message = message(line);
                if (message != null && isFatal(message)) noteFailure(message);
            }
        } catch (IOException gone) {
            return Fitness.UNFIT;
        }
        return onLoop ? Fitness.TALKS : Fitness.FIT;
    }

    private int readNow(byte[] into) throws IOException {
        if (pipes != null) return pipes.read(into);
        return in.available() > 0 ? in.read(into) : 0;
    }

    /** What the process is sent for a run. Where nothing tells how much it has read, it is to tell. */
    byte[] line(Job job, String arn, long begun) {
        acknowledged = false;
        disclaimed = false;
        said.rests(false);
        long ends = System.currentTimeMillis() + (job.timeoutNanos() - (System.nanoTime() - begun)) / 1_000_000;
        String head = "{\"id\":\"" + job.requestId() + "\",\"arn\":\"" + arn + "\",\"deadline\":" + ends
                + (pipes == null ? ",\"ack\":true" : "") + ",\"event\":";
        byte[] before = head.getBytes(UTF_8);
        byte[] line = new byte[before.length + job.event().length + 2];
        System.arraycopy(before, 0, line, 0, before.length);
        System.arraycopy(job.event(), 0, line, before.length, job.event().length);
        line[line.length - 2] = '}';
        line[line.length - 1] = '\n';
        return line;
    }

    /** Sends octets; waits. */
    void send(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
    }

    /** The next message; waits. Null when the process says nothing any more. */
    @Nullable
    JsonNode message() throws IOException {
        while (true) {
            byte[] line = lines.next(in::read, Integer.MAX_VALUE);
            if (line == null) return null;
            JsonNode message = message(line);
            if (message != null) return message;
        }
    }

    /** What a line means beyond what is kept of it here; null for nothing. A function may have written anything. */
    @Nullable
    JsonNode message(byte[] line) {
        if (isDropped(line)) return null;
        try {
            JsonNode message = JSON.readTree(line);
            if (message != null && message.isObject()) return noted(message) ? null : message;
        } catch (IOException unread) {
            JsonNode answer = unreadable(line, unread);
            if (answer != null) return answer;
        }
        said.add(new String(line, 0, Math.min(line.length, STRAY_MAX), UTF_8));
        return null;
    }

    /** An answer that nobody can read, nested too deep for example, ends its run as well. */
    private static @Nullable JsonNode unreadable(byte[] line, IOException why) {
        Matcher answer = ANSWER.matcher(new String(line, 0, Math.min(line.length, STRAY_MAX), UTF_8));
        if (!answer.lookingAt()) return null;
        ObjectNode message = JSON.createObjectNode().put("id", answer.group(1));
        String text = why instanceof JsonProcessingException parsed ? parsed.getOriginalMessage() : "";
        message.putObject("error").put("errorType", "Runtime.MarshalError").put("errorMessage", text);
        return message;
    }

    private boolean isDropped(byte[] line) {
        return said.isFull()
                && line.length > LOG.length
                && Arrays.mismatch(line, 0, LOG.length, LOG, 0, LOG.length) < 0;
    }

    /**
     * Whether the function may have seen the event that was sent to its process, which was ended. It has not while any of it is
     * still to be read and nobody is left who could do that.
     *
     * @param sent whether all of it was sent
     */
    boolean mayHaveBegun(boolean sent) {
        if (!sent || disclaimed) return false;
        try {
            return pipes == null ? hasAcknowledged() : hasRead(pipes);
        } catch (IOException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static boolean hasRead(Pipes pipes) throws IOException {
        for (int i = 0; i < GOES_MILLIS; i++) {
            if (pipes.isDeserted()) return !pipes.isUnread();
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    private boolean hasAcknowledged() throws IOException, InterruptedException {
        if (!process.waitFor(GOES_MILLIS, TimeUnit.MILLISECONDS)) return true;
        byte[] line;
        do {
            line = lines.next(this::readNow, Integer.MAX_VALUE);
            if (line != null) message(line);
        } while (line != null);
        return acknowledged;
    }

    /** Whether the process still has to begin with the event that it was sent; it is there. */
    boolean waitsToBegin() {
        try {
            return pipes == null ? !acknowledged : pipes.isUnread();
        } catch (IOException e) {
            return false;
        }
    }

    /** Has who waits for the process find that it has gone. */
    void giveUp() {
        if (pipes != null) pipes.giveUp();
    }

    /** Whether it was no answer: a line of the console, which is kept, or that the function begins. */
    private boolean noted(JsonNode message) {
        if (message.has("begun")) {
            acknowledged = true;
            return true;
        }
        if (!message.has("log")) return false;
        String level = message.path("level").asText();
        String text = message.path("log").asText();
        said.add(level.isEmpty() ? text : level + "\t" + text);
        return true;
    }

    /** Whether the process has said that it cannot go on. */
    static boolean isFatal(JsonNode message) {
        return message.path("fatal").asBoolean();
    }

    /** Whether it is about this run. */
    static boolean isOf(JsonNode message, Job job) {
        return message.path("id").asText().equals(job.requestId());
    }

    /** Keeps how a process has failed after its last run. */
    void noteFailure(JsonNode message) {
        disclaimed = true;
        Failure failure = failure(Outcome.Reason.THREW, message.path("error"));
        said.add("ERROR\tafter an earlier run had answered: " + failure.type() + ": " + failure.message());
        failure.trace().forEach(said::add);
    }

    /** What a run has come to by its last message. */
    Outcome outcome(JsonNode message, long begun) {
        long nanos = System.nanoTime() - begun;
        said.rests(true);
        if (!message.has("error")) return new Outcome.Returned(message.path("result"), said.taken(), nanos);
        Failure failure = failure(Outcome.Reason.THREW, message.path("error"));
        return new Outcome.Failed(
                failure.reason(), failure.type(), failure.message(), failure.trace(), said.taken(), nanos);
    }

    static Failure failure(Outcome.Reason reason, JsonNode error) {
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

    @Override
    public void close() {
        if (pipes != null) pipes.close();
    }
}
