package dev.perigee.edge.origin;

import dev.perigee.edge.http2.Http2Error;
import dev.perigee.edge.http2.Http2Frame;
import dev.perigee.edge.http2.Http2Output;
import dev.perigee.edge.http2.ReceiveWindow;
import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Malformed;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.TimedOut;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call on a connection to an origin: its request and its answer flow at the same time, each at the pace of who takes it.
 * Lives on the connection's event loop. It ends exactly once, in {@link #end}.
 */
final class CallStream implements Flow {
    private static final int INTERIM_MAX = 8;
    /** An answer that nobody takes or discards is a mistake of ours; it must not stay for ever. */
    private static final long UNCLAIMED_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Who asks. */
    interface Asking {
        /** Takes the outcome, on the event loop. The first one counts; false when nobody waits for it any more. */
        boolean complete(CallOutcome outcome);
    }

    private enum State {
        NEW,
        /** The request is under way, or sent; no head yet. */
        WAITING,
        /** The head is there, the content is not yet. */
        FLOWING,
        ENDED
    }

    private final CallConnection connection;
    private final OriginRequest request;
    private final GrpcCall call;
    private final Exchange.Timing timing;
    private final Traffic traffic;
    private final Asking asking;
    private final @Nullable Upload upload;
    private final @Nullable RequestBody body;

    private State state = State.NEW;
    private int id;
    /** What the origin takes of the request's content. */
    private long window;

    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    /** Octets of the first piece that waits, as it came. */
    private int firstPiece;

    private boolean queued;
    private boolean endWaits;
    private boolean sent;

    private final ReceiveWindow receiving;
    /** Octets of the answer that wait for somebody to take them. */
    private int kept;

    private int interims;
    private long declared = -1;
    private @Nullable Download download;
    private long lastProgress;
    private @Nullable Future<?> timer;

    CallStream(
            CallConnection connection,
            OriginRequest request,
            @Nullable RequestBody body,
            GrpcCall call,
            Exchange.Timing timing,
            int receiveWindow,
            Traffic traffic,
            Asking asking) {
        this.connection = connection;
        this.request = request;
        this.body = body;
        this.call = call;
        this.timing = timing;
        this.traffic = traffic;
        this.asking = asking;
        this.receiving = new ReceiveWindow(receiveWindow);
        this.upload = body == null ? null : new Upload(this, body);
    }

    int id() {
        return id;
    }

    /** Whether anything of it was sent; to be asked after the outcome. */
    boolean begun() {
        return id != 0;
    }

    // ---- the request

    /** Sends the head and lets the content follow. */
    void start(int streamId, long sendWindow, Http2Output output, boolean noTable) {
        id = streamId;
        traffic.requests().increment();
        window = sendWindow;
        state = State.WAITING;
        lastProgress = System.nanoTime();
        RequestBody content = body;
        Upload toSend = upload;
        sent = content == null;
        output.section(id, CallHead.write(request, content == null ? -1 : content.length(), noTable), sent);
        if (content != null && toSend != null) content.into(toSend);
        watch(timing.readNanos());
    }

    /** Not begun, and will not be on this connection. */
    void notStarted() {
        state = State.ENDED;
        asking.complete(new CallOutcome.Refused());
    }

    @Override
    public void send(ByteBuf taken, int count) {
        if (state == State.ENDED || sent) {
            taken.release();
            if (upload != null) upload.sent(count);
            return;
        }
        if (waiting.isEmpty()) firstPiece = count;
        waiting.add(taken);
        connection.queue(this);
        connection.settle();
    }

    @Override
    public void sendEnd() {
        if (state == State.ENDED || sent) return;
        endWaits = true;
        connection.queue(this);
        connection.settle();
    }

    boolean queued() {
        return queued;
    }

    void queued(boolean now) {
        queued = now;
    }

    /** Whether there is something that its own window lets out. */
    boolean maySend() {
        return state != State.ENDED && !sent && (waiting.isEmpty() ? endWaits : window > 0);
    }

    /** Sends one frame; returns the octets of content in it. */
    int sendFrame(Http2Output output, long connectionWindow) {
        ByteBuf piece = waiting.peek();
        if (piece == null) {
            output.frame(0, Http2Frame.DATA, Http2Frame.END_STREAM, id);
            onSent();
            return 0;
        }
        int count = (int)
                Math.min(Math.min(piece.readableBytes(), Http2Frame.PAYLOAD_MAX), Math.min(window, connectionWindow));
        boolean last = endWaits && waiting.size() == 1 && count == piece.readableBytes();
        output.frame(count, Http2Frame.DATA, last ? Http2Frame.END_STREAM : 0, id)
                .content(piece, count);
        window -= count;
        lastProgress = System.nanoTime();
        if (piece.isReadable()) return count;
        waiting.remove();
        piece.release();
        int whole = firstPiece;
        ByteBuf next = waiting.peek();
        if (next != null) firstPiece = next.readableBytes();
        if (last) onSent();
        if (upload != null) upload.sent(whole);
        return count;
    }

    private void onSent() {
        sent = true;
        lastProgress = System.nanoTime();
    }

    /** False when the window would become larger than the protocol allows. */
    boolean widen(long change) {
        window += change;
        if (window > Integer.MAX_VALUE) return false;
        connection.queue(this);
        return true;
    }

    // ---- the answer

    void onSection(CallHead section, boolean last) {
        lastProgress = System.nanoTime();
        String fault = section.fault();
        if (fault != null) {
            broken(Http2Error.PROTOCOL_ERROR, fault);
        } else if (state == State.FLOWING) {
            onTrailers(section, last);
        } else if (!section.hasStatus()) {
            broken(Http2Error.PROTOCOL_ERROR, "no status");
        } else if (section.isInterim()) {
            if (last || ++interims > INTERIM_MAX) broken(Http2Error.PROTOCOL_ERROR, "interim responses");
        } else {
            onHead(section, last);
        }
    }

    private void onHead(CallHead section, boolean last) {
        declared = section.length();
        var content = new Download(this, last ? 0 : -1);
        download = content;
        state = State.FLOWING;
        boolean wanted = asking.complete(new CallOutcome.Answered(section.head(), content, last));
        if (!wanted) content.discard();
        else if (last) onWhole();
    }

    private void onTrailers(CallHead section, boolean last) {
        if (!last || section.hasStatus()) {
            broken(Http2Error.PROTOCOL_ERROR, "a second head");
            return;
        }
        call.trailers(section.trailers());
        onWhole();
    }

    /** Content, which stays the caller's; {@code counted} with its padding. */
    void onContent(ByteBuf in, int start, int length, int counted, boolean last) {
        Download content = download;
        if (!receiving.take(counted)) {
            broken(Http2Error.FLOW_CONTROL_ERROR, "more content than was allowed");
            return;
        }
        if (content == null) {
            broken(Http2Error.PROTOCOL_ERROR, "content without a head");
            return;
        }
        lastProgress = System.nanoTime();
        traffic.bytes().add(length);
        // A slice would hold on to the whole buffer that it was received in, however small it is.
        if (length > 0) content.append(in.alloc().directBuffer(length, length).writeBytes(in, start, length));
        kept += counted;
        if (content.wanted()) giveWindow();
        if (last) onWhole();
    }

    private void giveWindow() {
        int increment = receiving.used(kept);
        kept = 0;
        if (increment > 0) connection.output().windowUpdate(id, increment);
    }

    @Override
    public void demand() {
        if (state != State.FLOWING) return;
        lastProgress = System.nanoTime();
        giveWindow();
        connection.settle();
    }

    private void onWhole() {
        Download content = download;
        if (state != State.FLOWING || content == null) return;
        if (declared >= 0 && content.length() != 0 && content.received() != declared) {
            broken(Http2Error.PROTOCOL_ERROR, content.received() + " of " + declared + " bytes");
            return;
        }
        boolean early = !sent;
        end();
        // The answer is whole; the rest of the request is of no use to anybody.
        if (early) connection.output().reset(id, Http2Error.CANCEL);
        if (upload != null) upload.stop();
        content.complete();
    }

    // ---- its end

    /** The origin has given it up. */
    void onReset(int code) {
        Http2Error told = Http2Error.of(code);
        if (state == State.WAITING && told == Http2Error.REFUSED_STREAM) {
            onUnprocessed();
            return;
        }
        // Clients of gRPC make a status of these; other errors speak of the connection, which is not the viewer's.
        if (told == Http2Error.CANCEL || told == Http2Error.ENHANCE_YOUR_CALM) call.error(told);
        over(new Broken(phase(), "reset with error " + Integer.toUnsignedString(code)));
    }

    /** The origin has not looked at it. */
    void onUnprocessed() {
        if (state != State.WAITING) {
            over(new Broken(phase(), "not processed"));
            return;
        }
        end();
        if (upload != null) upload.stop();
        asking.complete(new CallOutcome.Refused());
    }

    private void broken(Http2Error error, String reason) {
        if (state == State.ENDED) return;
        connection.output().reset(id, error);
        over(new Malformed(reason));
    }

    @Override
    public void fail(OriginFailure failure) {
        if (state == State.ENDED) return;
        if (id != 0) connection.output().reset(id, Http2Error.CANCEL);
        over(failure);
        connection.settle();
    }

    /** Ends without a word to the origin. */
    void over(OriginFailure failure) {
        if (state == State.ENDED) return;
        try {
            end();
            if (upload != null) upload.stop();
            Download content = download;
            if (content != null) content.fail(failure);
        } finally {
            asking.complete(new CallOutcome.Failed(failure));
        }
    }

    private void end() {
        state = State.ENDED;
        if (timer != null) timer.cancel(false);
        for (ByteBuf piece : waiting) piece.release();
        waiting.clear();
        connection.ended(this);
    }

    private Phase phase() {
        if (state == State.FLOWING) return Phase.BODY;
        return sent ? Phase.FIRST_BYTE : Phase.REQUEST;
    }

    // ---- its time

    private void watch(long nanos) {
        long due = Math.min(nanos, timing.completionDeadline() - System.nanoTime());
        timer = loop().schedule(() -> guarded(this::checkTime), Math.max(1, due), TimeUnit.NANOSECONDS);
    }

    private void checkTime() {
        if (state == State.ENDED) return;
        long now = System.nanoTime();
        if (timing.completionDeadline() - now <= 0) {
            fail(new TimedOut(Phase.COMPLETION));
            return;
        }
        Download content = download;
        if (content != null && !content.claimed()) {
            long left = lastProgress + UNCLAIMED_NANOS - now;
            if (left <= 0) fail(new Broken(Phase.BODY, "nobody took the content"));
            else watch(Math.min(left, timing.readNanos()));
            return;
        }
        // While the viewer takes nothing of the answer the silence is not the origin's.
        if (content != null && !content.wanted()) lastProgress = now;
        long left = lastProgress + timing.readNanos() - now;
        if (left > 0) {
            watch(left);
            return;
        }
        connection.silent(lastProgress);
        fail(new TimedOut(phase()));
    }

    // ---- where it runs

    private EventLoop loop() {
        return connection.channel().eventLoop();
    }

    @Override
    public void onLoop(Runnable task, Runnable otherwise) {
        if (loop().inEventLoop()) guarded(task);
        else post(task, otherwise);
    }

    @Override
    public void post(Runnable task, Runnable otherwise) {
        try {
            loop().execute(() -> guarded(task));
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
