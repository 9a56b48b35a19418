package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on one stream of HTTP/3. QUIC is given as much as it takes at once. The rest is kept here rather than with
 * Netty, which would let go of it only by ending the stream as if the response were whole. On the stream's event loop.
 */
final class Http3Output {
    /** Less is not worth a packet, if more room may come soon. */
    private static final int ROOM_MIN = 1200;
    /** How long more room is waited for. */
    private static final long PATIENCE_MILLIS = 2;

    private final QuicStreamChannel channel;
    private final Events events;
    private @Nullable ByteBuf waiting;
    private @Nullable ArrayDeque<ByteBuf> more;
    /** Whether the end comes behind what waits. */
    private boolean endWaits;

    private boolean endSent;
    /** Pieces that Netty has not got rid of, though there seemed to be room for them. */
    private int pending;

    private boolean passing;
    /** Whether more room is waited for, and whether it has been for long enough. */
    private boolean patient;

    private boolean due;
    private boolean released;
    private int progress;

    interface Events {
        /** All that there was is on its way. */
        void sent();

        /** The viewer takes no more (STOP_SENDING), or is gone. */
        void stopped();
    }

    Http3Output(QuicStreamChannel channel, Events events) {
        this.channel = channel;
        this.events = events;
    }

    /** Sends octets and takes their reference; {@code last} when the stream ends behind them. */
    void write(ByteBuf taken, boolean last) {
        endWaits |= last;
        if (waiting == null) {
            waiting = taken;
            send();
            return;
        }
        if (more == null) more = new ArrayDeque<>(4);
        more.add(taken);
    }

    private void send() {
        while (pending == 0 && !passing && !released) {
            ByteBuf piece = waiting;
            if (piece == null) return;
            int count = piece.readableBytes();
            int room = count == 0 ? 0 : room(count);
            if (room < count) {
                if (room == 0 || (room < ROOM_MIN && !due)) {
                    if (room > 0) waitForRoom();
                    return;
                }
                pass(piece.readRetainedSlice(room), room, false);
                continue;
            }
            waiting = more == null ? null : more.poll();
            endSent = waiting == null && endWaits;
            pass(piece, count, endSent);
        }
    }

    private int room(int wanted) {
        return channel.isWritable() ? (int) Math.min(wanted, channel.bytesBeforeUnwritable()) : 0;
    }

    /**
     * An acknowledgement makes room for as much as it acknowledges. Filled at once, a small packet would be followed by small
     * packets for ever; Netty tells of room only when there was none.
     */
    private void waitForRoom() {
        if (patient) return;
        patient = true;
        channel.eventLoop()
                .schedule(
                        () -> {
                            patient = false;
                            due = true;
                            goOn();
                            due = false;
                        },
                        PATIENCE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    private void pass(ByteBuf taken, int count, boolean last) {
        passing = true;
        ChannelFuture written = channel.write(last ? new DefaultQuicStreamFrame(taken, true) : taken);
        passing = false;
        if (written.isDone()) {
            passed(written.isSuccess(), count);
            return;
        }
        pending++;
        written.addListener(done -> {
            pending--;
            passed(done.isSuccess(), count);
            goOn();
        });
        if (isForgotten(count)) events.stopped();
    }

    /**
     * Whether QUIC has no such stream any more, after something for which there seemed to be room was not taken. So it is when
     * both directions have ended, one by the viewer's STOP_SENDING: Netty keeps what is written then for ever (netty#16917). Of
     * a stream that is there, an attempt to send learns what room is left; of one that is not, the room stays as it was.
     */
    private boolean isForgotten(int untaken) {
        return channel.bytesBeforeUnwritable() >= untaken;
    }

    private void passed(boolean success, int count) {
        progress += count;
        if (!success && !released) events.stopped();
    }

    /** To be called when QUIC may take more again. */
    void goOn() {
        if (passing || released) return;
        send();
        if (!released && isIdle()) events.sent();
    }

    /** Whether nothing waits to be sent. */
    boolean isIdle() {
        return waiting == null && pending == 0 && !passing;
    }

    boolean writable() {
        return isIdle() && !released && channel.isWritable();
    }

    /** Whether the end was sent. */
    boolean endSent() {
        return endSent;
    }

    /** Whether everything was sent, to the end. */
    boolean isWhole() {
        return endSent && isIdle();
    }

    /** Octets that QUIC has taken since the last call. */
    int progress() {
        int octets = progress;
        progress = 0;
        return octets;
    }

    /** Sends nothing more. */
    void release() {
        released = true;
        if (waiting != null) waiting.release();
        waiting = null;
        if (more != null) more.forEach(ByteBuf::release);
        more = null;
    }
}
