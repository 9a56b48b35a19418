package dev.perigee.edge.origin;

import dev.perigee.core.plan.Origin;
import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on one connection. Lives on the connection's event loop; whoever {@linkplain Asking asks}
 * is told the outcome. It ends exactly once, in {@link #end}, and gives the connection back there.
 */
final class Exchange implements Flow {
    private static final ByteBuf CRLF =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer("\r\n".getBytes(StandardCharsets.US_ASCII)));
    private static final ByteBuf LAST_CHUNK =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    /** An answer that nobody takes or discards is a mistake of ours; it must not hold its connection for ever. */
    private static final long UNCLAIMED_NANOS = TimeUnit.SECONDS.toNanos(60);

    /**
     * What it costs, in time.
     *
     * @param times where to note what it took
     */
    record Timing(long readNanos, long keepaliveNanos, long completionDeadline, UpstreamTimes times) {
        /** Far away; there is no completion timeout. */
        private static final long NEVER = TimeUnit.DAYS.toNanos(3650);

        /** Until when the whole response has to be there, if its request begins now. */
        static long completionDeadline(Origin origin) {
            long seconds = origin.completionTimeout();
            return System.nanoTime() + (seconds == 0 ? NEVER : TimeUnit.SECONDS.toNanos(seconds));
        }

        static Timing of(Origin origin, long completionDeadline, UpstreamTimes times) {
            return new Timing(
                    TimeUnit.SECONDS.toNanos(origin.readTimeout()),
                    TimeUnit.SECONDS.toNanos(origin.keepaliveTimeout()),
                    completionDeadline,
                    times);
        }

        /** How long one attempt to connect may take: never past the time for the whole response. */
        static Duration connectWait(Origin origin, long completionDeadline) {
            long left = completionDeadline - System.nanoTime();
            return Duration.ofNanos(Math.max(1, Math.min(left, TimeUnit.SECONDS.toNanos(origin.connectTimeout()))));
        }
    }

    /** Who asks. */
    interface Asking {
        /**
         * Takes the outcome, on the event loop. The first one counts.
         *
         * @return false when nobody waits for it any more
         */
        boolean complete(UpgradeOutcome outcome);
    }

    private enum State {
        /** The request is under way, or sent; no head yet. */
        WAITING,
        /** The head is there, the content is not yet. */
        FLOWING,
        /** The response is whole; the connection is given back when what was read with it has been looked at. */
        WHOLE,
        ENDED
    }

    private final OriginConnection connection;
    private final OriginRequest request;
    private final Traffic traffic;
    private final Timing timing;
    private final @Nullable RequestBody body;
    private final @Nullable Upload upload;
    private final Asking asking;

    private State state = State.WAITING;
    private boolean sent;
    private long contentSent;
    private boolean persistent;
    private boolean untilClose;
    private long lastProgress;
    private long began;
    private @Nullable Download download;
    private @Nullable TunnelEnd tunnel;

    /** Written before the outcome is completed and read after. */
    private boolean wrote;

    Exchange(
            OriginConnection connection,
            OriginRequest request,
            @Nullable RequestBody body,
            Timing timing,
            Traffic traffic,
            Asking asking) {
        this.connection = connection;
        this.request = request;
        this.body = body;
        this.timing = timing;
        this.traffic = traffic;
        this.asking = asking;
        upload = body == null ? null : new Upload(this, body);
    }

    /** After a failure: whether the origin cannot have seen this request, or may see it twice without harm. */
    boolean mayBeSentAgain(boolean idempotent) {
        return !wrote || (body == null && idempotent && !connection.reader().begun());
    }

    /** Sends the head and lets the content follow. */
    void start() {
        lastProgress = System.nanoTime();
        began = lastProgress;
        if (!connection.channel().isActive()) {
            fail(OriginConnection.closedDuring(Phase.REQUEST));
            return;
        }
        wrote = true;
        traffic.requests().increment();
        connection.reader().expect(request.method().equals("HEAD"), request.upgrade());
        Channel channel = connection.channel();
        RequestBody content = body;
        ByteBuf head = RequestForm.write(channel.alloc(), request, content == null ? null : content.length());
        ChannelFuture written = channel.writeAndFlush(head);
        Upload toSend = upload;
        if (content == null || toSend == null) {
            if (written.isDone()) onSent(written);
            else written.addListener(_ -> onSent(written));
        } else {
            content.into(toSend);
        }
        watch(lastProgress + timing.readNanos());
        channel.read();
    }

    @Override
    public void send(ByteBuf taken, int count) {
        Upload from = upload;
        if (state != State.WAITING || from == null) {
            taken.release();
            if (from != null) from.sent(count);
            return;
        }
        Channel channel = connection.channel();
        boolean chunked = isChunked();
        if (chunked) {
            ByteBuf size = channel.alloc().buffer(10);
            ByteBufUtil.writeAscii(size, Integer.toHexString(count));
            var _ = channel.write(size.writeByte('\r').writeByte('\n'), channel.voidPromise());
        }
        ChannelFuture written = channel.write(taken);
        if (chunked) {
            var _ = channel.write(CRLF.duplicate(), channel.voidPromise());
        }
        channel.flush();
        var _ = written.addListener(_ -> {
            lastProgress = System.nanoTime();
            contentSent += count;
            if (!written.isSuccess()) onUnsent();
            // The answer to content of known length may overtake the word that it was all.
            else if (body != null && contentSent == body.length()) sent = true;
            from.sent(count);
        });
    }

    @Override
    public void sendEnd() {
        if (state != State.WAITING) return;
        Channel channel = connection.channel();
        ChannelFuture written = channel.writeAndFlush(isChunked() ? LAST_CHUNK.duplicate() : Unpooled.EMPTY_BUFFER);
        var _ = written.addListener(_ -> onSent(written));
    }

    private boolean isChunked() {
        return body != null && body.length() < 0;
    }

    private void onSent(ChannelFuture written) {
        lastProgress = System.nanoTime();
        if (written.isSuccess()) sent = true;
        else onUnsent();
    }

    /**
     * The origin takes no more. It may have answered before it closed (413, say), so what it sent is read before the
     * end of the connection, or the timeout, decides.
     */
    private void onUnsent() {
        if (upload != null) upload.stop();
    }

    void onHead(ResponseStart.Accepted start) {
        // An early answer: the rest of the request would be wasted, and the connection is lost with it.
        persistent = start.persistent() && sent;
        untilClose = start.untilClose();
        if (!sent && upload != null) upload.stop();
        var content = new Download(this, start.length());
        download = content;
        state = State.FLOWING;
        lastProgress = System.nanoTime();
        if (!asking.complete(new OriginOutcome.Answered(start.head(), content))) content.discard();
    }

    /** Only where that was asked for: no other 101 is accepted. */
    void onSwitch(ResponseStart.Accepted start) {
        state = State.ENDED;
        TunnelEnd made = connection.intoTunnel();
        tunnel = made;
        if (!asking.complete(new UpgradeOutcome.Switched(start.head(), made))) made.discard();
    }

    /** What came behind the head of a 101, taken. */
    void onTunnel(ByteBuf taken) {
        TunnelEnd made = tunnel;
        if (made == null) taken.release();
        else made.receive(taken);
    }

    void onContent(ByteBuf taken) {
        Download content = download;
        if (state != State.FLOWING || content == null) {
            taken.release();
            return;
        }
        lastProgress = System.nanoTime();
        traffic.bytes().add(taken.readableBytes());
        content.append(taken);
    }

    /** The framing says that this was all. */
    void onWhole() {
        Download content = download;
        if (state != State.FLOWING || content == null) return;
        if (untilClose && !connection.endIsGenuine()) {
            fail(new Broken(Phase.BODY, "TLS connection cut without close_notify"));
            return;
        }
        if (content.length() >= 0 && content.received() != content.length()) {
            fail(new Broken(Phase.BODY, content.received() + " of " + content.length() + " bytes"));
            return;
        }
        state = State.WHOLE;
        timing.times().whole(System.nanoTime() - began);
        content.complete();
    }

    /** All that was read at once has been looked at. */
    void onReadComplete() {
        if (state == State.WHOLE) end(persistent && connection.canBeReused());
    }

    boolean wantsRead() {
        Download content = download;
        return state == State.WAITING || (state == State.FLOWING && content != null && content.wanted());
    }

    @Override
    public void demand() {
        lastProgress = System.nanoTime();
        if (state == State.FLOWING && wantsRead()) connection.channel().read();
    }

    void onClosed() {
        switch (state) {
            case WAITING, FLOWING -> fail(OriginConnection.closedDuring(phase()));
            case WHOLE -> end(false);
            case ENDED -> {}
        }
    }

    /** Where it stands, for a failure. */
    Phase phase() {
        return switch (state) {
            case WAITING -> sent ? Phase.FIRST_BYTE : Phase.REQUEST;
            case FLOWING, WHOLE, ENDED -> Phase.BODY;
        };
    }

    @Override
    public void fail(OriginFailure failure) {
        if (state == State.ENDED || state == State.WHOLE) return;
        try {
            end(false);
            if (upload != null && !sent) upload.stop();
            Download content = download;
            if (content != null) content.fail(failure);
        } finally {
            asking.complete(new OriginOutcome.Failed(failure));
        }
    }

    private void end(boolean reusable) {
        state = State.ENDED;
        connection.end(reusable, timing.keepaliveNanos());
    }

    private void watch(long due) {
        connection.watch(due - timing.completionDeadline() < 0 ? due : timing.completionDeadline());
    }

    /** The connection's timer has fired: looks at the last progress. */
    void checkTime() {
        if (state == State.ENDED || state == State.WHOLE) return;
        long now = System.nanoTime();
        if (timing.completionDeadline() - now <= 0) {
            fail(new TimedOut(Phase.COMPLETION));
            return;
        }
        Download content = download;
        if (content != null && !content.claimed()) {
            long left = lastProgress + UNCLAIMED_NANOS - now;
            if (left <= 0) {
                fail(new Broken(Phase.BODY, "nobody took the content"));
                content.drop();
                return;
            }
            // It may be taken at any moment, and then the read timeout runs.
            watch(now + Math.min(left, timing.readNanos()));
            return;
        }
        // Time in which the origin waits for us, or we for the viewer, is not the origin's.
        boolean ours = content != null ? !content.wanted() : !sent && upload != null && upload.waitsForViewer();
        if (ours) lastProgress = now;
        long left = lastProgress + timing.readNanos() - now;
        if (left <= 0) fail(new TimedOut(phase()));
        else watch(now + left);
    }

    @Override
    public void onLoop(Runnable task, Runnable otherwise) {
        if (connection.channel().eventLoop().inEventLoop()) guarded(task);
        else post(task, otherwise);
    }

    @Override
    public void post(Runnable task, Runnable otherwise) {
        try {
            connection.channel().eventLoop().execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            otherwise.run();
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            fail(new Broken(phase(), OriginConnection.reason(e)));
        }
    }
}
