package dev.perigee.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A run for which an event loop speaks with the process: it writes the event, and reads the answer when that is there. What
 * would take long, or has gone wrong, is handed over to the worker's thread.
 */
final class LoopRun {
    /** What is read and parsed on a loop; more would hold up its viewers. */
    static final int OCTETS_MAX = 64 << 10;

    static final int LINES_MAX = 32;

    private final Conversation conversation;
    private final Pipes pipes;
    private final Job job;
    private final long begun;
    private final Then then;
    private Pipes.@Nullable Wait wait;
    private int lines;

    /** What becomes of it: one of both is told, on the loop. */
    interface Then {
        void done(LoopRun run, Outcome outcome);

        void handedOver(LoopRun run);
    }

    private byte[] unsent = {};

    LoopRun(Conversation conversation, Pipes pipes, Job job, long begun, Then then) {
        this.conversation = conversation;
        this.pipes = pipes;
        this.job = job;
        this.begun = begun;
        this.then = then;
    }

    Job job() {
        return job;
    }

    long begun() {
        return begun;
    }

    /** What the process has yet to be sent. */
    byte[] unsent() {
        return unsent;
    }

    /** Waits for the answer on the loop that this is called on; false where there is none, and nothing has happened. */
    boolean waits() {
        Pipes.Wait begun = pipes.await(this::read, this::handOver);
        wait = begun;
        return begun != null;
    }

    /** Sends the event; an exception when the process has gone, and nothing was sent. */
    void send(byte[] line) throws IOException {
        int sent;
        try {
            sent = pipes.write(line);
        } catch (IOException e) {
            stop();
            throw e;
        }
        if (sent == line.length) return;
        unsent = Arrays.copyOfRange(line, sent, line.length);
        handOver();
    }

    private void stop() {
        Pipes.Wait waiting = wait;
        wait = null;
        if (waiting != null) waiting.end();
    }

    private void handOver() {
        if (wait == null) return;
        stop();
        then.handedOver(this);
    }

    private void read() {
        while (wait != null) {
            byte[] line;
            try {
                line = conversation.lines().next(pipes::read, OCTETS_MAX);
            } catch (IOException e) {
                handOver();
                return;
            }
            if (line == null) {
                if (conversation.lines().isOver() || conversation.lines().unfinished() > OCTETS_MAX) handOver();
                return;
            }
            if (!taken(line)) {
                conversation.lines().giveBack(line);
                handOver();
            }
        }
    }

    /** Whether a line could be dealt with here. */
    private boolean taken(byte[] line) {
        if (line.length > OCTETS_MAX || lines++ > LINES_MAX) return false;
        JsonNode message = conversation.message(line);
        if (message == null) return true;
        if (Conversation.isFatal(message)) return false;
        if (!Conversation.isOf(message, job)) return true;
        stop();
        then.done(this, conversation.outcome(message, begun));
        return true;
    }
}
