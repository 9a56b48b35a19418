package dev.perigee.edge.serve;

import dev.perigee.edge.origin.RequestBody;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The content of one request, gathered in memory up to a limit, in room that all such requests share. What counts is what has
 * come: whoever announces much and sends little takes little. It is called on the viewer's event loop.
 */
final class WholeContent implements RequestBody.Sink, AutoCloseable {
    /** A viewer that stalls is given up by its connection; this one ends who sends an octet now and then. */
    private static final long SECONDS_MAX = 120;

    private static final int START_BYTES = 4 << 10;

    private final int octetsMax;
    /** In kibibytes. */
    private final Semaphore room;

    private int roomTaken;
    private boolean closed;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private byte[] bytes = new byte[0];
    private int length;

    /** @param room what of it is taken is given back in the end */
    WholeContent(int octetsMax, Semaphore room) {
        this.octetsMax = octetsMax;
        this.room = room;
    }

    /** How it ended. */
    sealed interface Outcome {
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Whole(byte[] content) implements Outcome {}

        record TooLong() implements Outcome {}

        /** There is no room for more. */
        record Crowded() implements Outcome {}

        record Broken() implements Outcome {}
    }

    /** Waits for all of it; what is not wanted any more is dropped. On a virtual thread. */
    Outcome take(RequestBody body) {
        body.into(this);
        Outcome came = await();
        if (!(came instanceof Outcome.Whole)) body.discard();
        return came;
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
    public synchronized boolean append(ByteBuf taken) {
        try {
            if (closed || outcome.isDone()) return true;
            int count = taken.readableBytes();
            if (count > octetsMax - length) {
                outcome.complete(new Outcome.TooLong());
            } else if (fits(count)) {
                taken.readBytes(bytes, length, count);
                length += count;
            } else {
                outcome.complete(new Outcome.Crowded());
            }
            return true;
        } finally {
            taken.release();
        }
    }

    /** Takes more room where it is needed, if there is any. */
    private boolean fits(int count) {
        if (bytes.length - length >= count) return true;
        int size = Math.min(octetsMax, Math.max(Math.max(START_BYTES, 2 * bytes.length), length + count));
        int more = (size + 1023) / 1024 - roomTaken;
        if (!room.tryAcquire(more)) return false;
        roomTaken += more;
        bytes = Arrays.copyOf(bytes, size);
        return true;
    }

    @Override
    public synchronized void complete() {
        outcome.complete(new Outcome.Whole(Arrays.copyOf(bytes, length)));
    }

    @Override
    public void failed() {
        outcome.complete(new Outcome.Broken());
    }

    /** Gives the room back, and takes no more. */
    @Override
    public synchronized void close() {
        closed = true;
        room.release(roomTaken);
        roomTaken = 0;
    }
}
