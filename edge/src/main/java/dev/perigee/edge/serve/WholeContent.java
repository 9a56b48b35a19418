package dev.perigee.edge.serve;

import dev.perigee.edge.origin.RequestBody;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The content of one request, gathered in memory up to a limit. It is called on the viewer's event loop. */
final class WholeContent implements RequestBody.Sink {
    /** A viewer that stalls is given up by its connection; this one ends who sends an octet now and then. */
    private static final long SECONDS_MAX = 120;

    private static final int START_BYTES = 4 << 10;

    private final int octetsMax;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private byte[] bytes = new byte[START_BYTES];
    private int length;

    private WholeContent(int octetsMax) {
        this.octetsMax = octetsMax;
    }

    /** How it ended. */
    sealed interface Outcome {
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Whole(byte[] content) implements Outcome {}

        record TooLong() implements Outcome {}

        record Broken() implements Outcome {}
    }

    /** Waits for all of it; what is not wanted any more is dropped. On a virtual thread. */
    static Outcome of(RequestBody body, int octetsMax) {
        var content = new WholeContent(octetsMax);
        body.into(content);
        Outcome outcome = content.await();
        if (!(outcome instanceof Outcome.Whole)) body.discard();
        return outcome;
    }

    private Outcome await() {
        try {
            return outcome.get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing else fails it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Broken();
        } catch (TimeoutException e) {
            return new Outcome.Broken();
        }
    }

    @Override
    public boolean append(ByteBuf taken) {
        try {
            int count = taken.readableBytes();
            if (outcome.isDone()) return true;
            if (count > octetsMax - length) {
                outcome.complete(new Outcome.TooLong());
                return true;
            }
            if (bytes.length - length < count) {
                bytes = Arrays.copyOf(bytes, Math.min(octetsMax, Math.max(2 * bytes.length, length + count)));
            }
            taken.readBytes(bytes, length, count);
            length += count;
            return true;
        } finally {
            taken.release();
        }
    }

    @Override
    public void complete() {
        outcome.complete(new Outcome.Whole(Arrays.copyOf(bytes, length)));
    }

    @Override
    public void failed() {
        outcome.complete(new Outcome.Broken());
    }
}
