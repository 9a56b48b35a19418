package dev.perigee.edge.fetch;

import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import dev.perigee.core.cache.Compression;
import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * An origin's content on its way through an encoder. The origin's event loop leaves octets in a bounded queue; one thread at
 * a time takes them out, encodes them and gives them to the sink.
 */
final class CompressedBody implements OriginBody, OriginBody.Sink {
    /** Octets in the queue above which the origin has to wait. */
    static final int PAUSE_ABOVE = 256 << 10;

    private static final int RESUME_BELOW = 64 << 10;
    private static final int PIECE = 16 << 10;

    /** Brotli's usual choice for content made on the fly: near gzip -9 in size, faster than gzip -6. */
    private static final int QUALITY = 5;
    /** Window of 512 KiB: more costs memory and gains little on text. */
    private static final int WINDOW_BITS = 19;

    /** How the origin's content ended. */
    private sealed interface End {
        record Whole() implements End {}

        record Cut(OriginFailure failure) implements End {}
    }

    private final OriginBody plain;
    private final Compression coding;
    private final Executor threads;
    private final Runnable whenOver;

    // Guarded by this.
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
    private int queued;
    private boolean running;
    private boolean originWaits;
    private boolean sinkWants = true;
    private boolean over;
    private @Nullable End end;

    // Touched by one thread at a time: whoever set running.
    private final byte[] piece = new byte[PIECE];
    private @Nullable Sink sink;
    private @Nullable OutputStream encoder;
    private final Output output = new Output();

    /** Collects what the encoder gives. */
    private static final class Output extends OutputStream {
        private @Nullable ByteBuf buffer;

        @Override
        public void write(int octet) {
            room(1).writeByte(octet);
        }

        @Override
        public void write(byte[] octets, int offset, int length) {
            if (length > 0) room(length).writeBytes(octets, offset, length);
        }

        private ByteBuf room(int octets) {
            ByteBuf room = buffer;
            if (room == null) room = ByteBufAllocator.DEFAULT.directBuffer(Math.max(octets, PIECE));
            buffer = room;
            return room;
        }

        @Nullable
        ByteBuf take() {
            ByteBuf taken = buffer;
            buffer = null;
            return taken;
        }
    }

    CompressedBody(OriginBody plain, Compression coding, Executor threads, Runnable whenOver) {
        this.plain = plain;
        this.coding = coding;
        this.threads = threads;
        this.whenOver = whenOver;
    }

    @Override
    public long length() {
        return -1;
    }

    @Override
    public void into(Sink target) {
        sink = target;
        plain.into(this);
    }

    @Override
    public void resume() {
        synchronized (this) {
            sinkWants = true;
        }
        run();
    }

    @Override
    public void discard() {
        synchronized (this) {
            drop();
        }
        plain.discard();
        if (sink == null) whenOver.run();
    }

    @Override
    public boolean append(ByteBuf taken) {
        boolean more;
        synchronized (this) {
            if (over) {
                taken.release();
                return true;
            }
            queue.add(taken);
            queued += taken.readableBytes();
            more = queued < PAUSE_ABOVE;
            originWaits = !more;
        }
        run();
        return more;
    }

    @Override
    public void complete() {
        end(new End.Whole());
    }

    @Override
    public void failed(OriginFailure failure) {
        end(new End.Cut(failure));
    }

    private void end(End how) {
        synchronized (this) {
            end = how;
        }
        run();
    }

    private void run() {
        synchronized (this) {
            if (running || over) return;
            running = true;
        }
        try {
            threads.execute(this::work);
        } catch (RejectedExecutionException _) {
            conclude(broken("the edge is stopping"));
        }
    }

    private static End broken(String reason) {
        return new End.Cut(new OriginFailure.Broken(OriginFailure.Phase.BODY, reason));
    }

    private void work() {
        try {
            while (true) {
                ByteBuf next;
                boolean resume = false;
                synchronized (this) {
                    boolean cut = end instanceof End.Cut;
                    // What came before a cut goes on at once: it is no more than the queue holds.
                    next = cut || sinkWants ? queue.poll() : null;
                    if (next == null && !cut && (end == null || !queue.isEmpty())) {
                        running = false;
                        return;
                    }
                    if (next != null) {
                        queued -= next.readableBytes();
                        resume = originWaits && queued < RESUME_BELOW;
                        if (resume) originWaits = false;
                    }
                }
                if (next == null) break;
                if (resume) plain.resume();
                encode(next);
            }
            End last = end;
            conclude(last == null ? broken("no end") : last);
        } catch (IOException | RuntimeException e) {
            plain.discard();
            conclude(broken("encoder: " + e));
        }
    }

    /** With the lock held: nobody wants what is in the queue. */
    private void drop() {
        for (ByteBuf left : queue) left.release();
        queue.clear();
        queued = 0;
    }

    private void encode(ByteBuf taken) throws IOException {
        try {
            OutputStream into = encoder();
            while (taken.isReadable()) {
                int size = Math.min(piece.length, taken.readableBytes());
                taken.readBytes(piece, 0, size);
                into.write(piece, 0, size);
            }
        } finally {
            taken.release();
        }
        give();
    }

    private OutputStream encoder() throws IOException {
        OutputStream open = encoder;
        if (open == null) {
            open = coding == Compression.BROTLI
                    ? new BrotliOutputStream(
                            output, new Encoder.Parameters().setQuality(QUALITY).setWindow(WINDOW_BITS))
                    : new GZIPOutputStream(output, PIECE);
            encoder = open;
        }
        return open;
    }

    private void give() {
        ByteBuf octets = output.take();
        Sink to = sink;
        if (octets == null || to == null) return;
        synchronized (this) {
            sinkWants = false;
        }
        // A resume may come before append has returned, and must not be lost.
        if (!to.append(octets)) return;
        synchronized (this) {
            sinkWants = true;
        }
    }

    /** The end, once: nothing runs after it. */
    private void conclude(End how) {
        End result = how;
        try {
            // Also frees the encoder's native memory, whatever becomes of its last octets.
            if (how instanceof End.Whole) encoder().close();
            else if (encoder != null) encoder.close();
        } catch (IOException | RuntimeException e) {
            result = broken("encoder: " + e);
        }
        synchronized (this) {
            over = true;
            drop();
        }
        Sink to = sink;
        if (result instanceof End.Whole) give();
        ByteBuf rest = output.take();
        if (rest != null) rest.release();
        whenOver.run();
        if (to == null) return;
        switch (result) {
            case End.Whole() -> to.complete();
            case End.Cut(OriginFailure failure) -> to.failed(failure);
        }
    }
}
