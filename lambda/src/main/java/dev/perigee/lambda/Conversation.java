package dev.perigee.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said between Perigee and one process: lines of JSON. For one thread at a time, which may be an event loop. */
final class Conversation implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TRACE_MAX = 64;

    private final @Nullable Pipes pipes;
    private final InputStream in;
    private final OutputStream out;
    private final Lines lines;
    private final Said said;

    /** @param pipes where event loops can take part */
    Conversation(Process process, @Nullable Pipes pipes, LambdaLimits limits) {
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

    /** What the process is sent for a run. */
    static byte[] line(Job job, String arn, long begun) {
        long ends = System.currentTimeMillis() + (job.timeoutNanos() - (System.nanoTime() - begun)) / 1_000_000;
        String head =
                "{\"id\":\"" + job.requestId() + "\",\"arn\":\"" + arn + "\",\"deadline\":" + ends + ",\"event\":";
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
        byte[] line = lines.next(in::read, Integer.MAX_VALUE);
        return line == null ? null : message(line);
    }

    static JsonNode message(byte[] line) throws IOException {
        JsonNode message = JSON.readTree(line);
        if (message == null || !message.isObject()) throw new IOException("no message");
        return message;
    }

    /** Whether it was a line of the console, which is kept. */
    boolean noted(JsonNode message) {
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

    /** Whether it is the end of this run: what one before has left behind is not. */
    static boolean ends(JsonNode message, Job job) {
        return isFatal(message) || message.path("id").asText().equals(job.requestId());
    }

    /** What a run has come to by its last message. */
    Outcome outcome(JsonNode message, long begun) {
        long nanos = System.nanoTime() - begun;
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
