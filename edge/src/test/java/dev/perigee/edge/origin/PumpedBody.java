package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A viewer's body made of a pattern, sent from an event loop of its own as fast as the sink takes it. */
final class PumpedBody implements RequestBody {
    /** How the content ends, when it does not end whole. */
    enum End {
        WHOLE,
        VIEWER_GONE,
        NEVER
    }

    private static final int PIECE = 32 << 10;

    private final EventLoop loop;
    private final long announced;
    private final long size;
    private final End end;
    private final AtomicLong given = new AtomicLong();
    private final AtomicInteger pauses = new AtomicInteger();
    private final AtomicInteger discards = new AtomicInteger();
    private @Nullable Sink sink;
    private boolean over;

    PumpedBody(EventLoop loop, long announced, long size, End end) {
        this.loop = loop;
        this.announced = announced;
        this.size = size;
        this.end = end;
    }

    @Override
    public long length() {
        return announced;
    }

    @Override
    public void into(Sink target) {
        loop.execute(() -> {
            if (sink != null) throw new IllegalStateException("body taken twice");
            sink = target;
            pump();
        });
    }

    @Override
    public void resume() {
        loop.execute(this::pump);
    }

    @Override
    public void discard() {
        discards.incrementAndGet();
        loop.execute(() -> over = true);
    }

    private void pump() {
        Sink target = sink;
        if (target == null) return;
        while (!over) {
            long at = given.get();
            if (at == size) {
                over = end != End.NEVER;
                if (end == End.WHOLE) target.complete();
                if (end == End.VIEWER_GONE) target.failed();
                return;
            }
            int count = (int) Math.min(PIECE, size - at);
            byte[] bytes = new byte[count];
            for (int i = 0; i < count; i++) bytes[i] = pattern(at + i);
            ByteBuf piece = PooledByteBufAllocator.DEFAULT.buffer(count).writeBytes(bytes);
            given.addAndGet(count);
            if (!target.append(piece)) {
                pauses.incrementAndGet();
                return;
            }
        }
    }

    /** Repeats after a prime number of bytes, so that pieces out of order are noticed. */
    static byte pattern(long at) {
        return (byte) (at % 251);
    }

    long given() {
        return given.get();
    }

    int pauses() {
        return pauses.get();
    }

    int discards() {
        return discards.get();
    }
}
