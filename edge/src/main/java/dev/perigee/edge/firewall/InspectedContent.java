package dev.perigee.edge.firewall;

import dev.perigee.edge.origin.RequestBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Content whose beginning is read before anybody else gets it: as much as is inspected is kept, the viewer is paused, and
 * what follows flows on afterwards as if nothing had been. What is kept is a copy, so that nothing has to be released when
 * the request comes to nothing. On the viewer's event loop, unless said otherwise.
 */
public final class InspectedContent implements RequestBody, RequestBody.Sink {
    private static final int FIRST = 1024;

    private final Executor loop;
    private final RequestBody body;
    private final int octetsMax;
    private final Reader reader;

    private byte[] held = new byte[FIRST];
    private int octets;
    private boolean told;
    private boolean whole;
    private boolean broken;
    private boolean discarded;
    private boolean finished;
    private @Nullable Sink to;

    /** Who inspects it. */
    public interface Reader {
        /** Takes the beginning of the content, and whether there is more. */
        void read(String beginning, boolean cut);

        /** The content will not come. */
        void failed();
    }

    /**
     * The content of a request.
     *
     * @param loop the viewer's
     */
    public InspectedContent(Executor loop, RequestBody body, int octetsMax, Reader reader) {
        this.loop = loop;
        this.body = body;
        this.octetsMax = octetsMax;
        this.reader = reader;
    }

    /** Begins to read. */
    public void start() {
        body.into(this);
    }

    @Override
    public boolean append(ByteBuf taken) {
        Sink next = to;
        if (next != null) return next.append(taken);
        if (!discarded) keep(taken);
        taken.release();
        if (told) return discarded;
        long length = body.length();
        // Of content whose length is known the end is not waited for; else one octet more tells that there is more.
        boolean enough = length > octetsMax ? octets >= octetsMax : octets > octetsMax;
        if (enough) tell();
        return !enough || discarded;
    }

    private void keep(ByteBuf piece) {
        int count = piece.readableBytes();
        if (octets + count > held.length) held = Arrays.copyOf(held, Math.max(held.length * 2, octets + count));
        piece.getBytes(piece.readerIndex(), held, octets, count);
        octets += count;
    }

    private void tell() {
        told = true;
        int inspected = Math.min(octets, octetsMax);
        boolean cut = octets > octetsMax || body.length() > octetsMax;
        String beginning = new String(held, 0, inspected, StandardCharsets.ISO_8859_1);
        // Later, as whoever brought the octets is still busy with them.
        loop.execute(() -> {
            if (broken) reader.failed();
            else reader.read(beginning, cut);
        });
    }

    @Override
    public void complete() {
        whole = true;
        Sink next = to;
        if (next != null) {
            finished = true;
            next.complete();
        } else if (!told && !discarded) {
            tell();
        }
    }

    @Override
    public void failed() {
        broken = true;
        held = new byte[0];
        octets = 0;
        Sink next = to;
        if (next != null && !finished) next.failed();
        else if (!told) reader.failed();
        told = true;
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public void into(Sink receiver) {
        loop.execute(() -> {
            if (broken || discarded) {
                receiver.failed();
                return;
            }
            to = receiver;
            pass();
        });
    }

    /** Gives on what is held, then the end or what follows. */
    private void pass() {
        Sink next = to;
        if (next == null || broken || finished) return;
        if (octets > 0) {
            ByteBuf beginning = Unpooled.wrappedBuffer(held, 0, octets);
            held = new byte[0];
            octets = 0;
            if (!next.append(beginning)) return;
        }
        if (whole) {
            finished = true;
            next.complete();
        } else {
            body.resume();
        }
    }

    @Override
    public void resume() {
        loop.execute(this::pass);
    }

    @Override
    public void discard() {
        loop.execute(() -> {
            discarded = true;
            held = new byte[0];
            octets = 0;
        });
        body.discard();
    }
}
