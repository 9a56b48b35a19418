package dev.perigee.edge.origin;

import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Phase;
import dev.perigee.edge.origin.OriginFailure.ViewerGone;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The content of one request on its way to the connection. It is called on the viewer's event loop and hands over to
 * the origin's; what is between the two and in the socket's queue is counted here, and bounded by pausing the viewer.
 * Content that is longer or shorter than announced would become, or swallow, another request: it ends the connection.
 */
final class Upload implements RequestBody.Sink {
    private static final int PAUSE_ABOVE = 256 << 10;
    private static final int RESUME_BELOW = 64 << 10;
    /** What a piece counts besides its octets, so that many small ones are no way to more memory. */
    private static final int PIECE = 512;

    private final Flow flow;
    private final RequestBody body;
    private final long length;
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicBoolean paused = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile boolean complete;
    /** On the viewer's event loop. */
    private long taken;

    /** On the origin's event loop. */
    private boolean discarded;

    Upload(Flow flow, RequestBody body) {
        this.flow = flow;
        this.body = body;
        length = body.length();
    }

    @Override
    public boolean append(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (stopped || complete || count == 0) {
            bytes.release();
            return true;
        }
        taken += count;
        if (length >= 0 && taken > length) {
            bytes.release();
            stopped = true;
            refuse("more content than announced");
            return true;
        }
        inFlight.addAndGet(count + PIECE);
        flow.post(() -> flow.send(bytes, count), bytes::release);
        if (inFlight.get() <= PAUSE_ABOVE) return true;
        paused.set(true);
        // The last write may have ended between the two lines above; then nobody else would resume.
        return inFlight.get() <= RESUME_BELOW && paused.compareAndSet(true, false);
    }

    @Override
    public void complete() {
        if (stopped || complete) return;
        if (length >= 0 && taken < length) {
            stopped = true;
            refuse("less content than announced");
            return;
        }
        complete = true;
        flow.post(flow::sendEnd, () -> {});
    }

    @Override
    public void failed() {
        if (stopped || complete) return;
        stopped = true;
        flow.post(() -> flow.fail(new ViewerGone()), () -> {});
    }

    /** On the origin's event loop: a piece of so many bytes has left, or never will. */
    void sent(int count) {
        if (inFlight.addAndGet(-count - PIECE) <= RESUME_BELOW && paused.compareAndSet(true, false)) body.resume();
    }

    /** Whether the viewer is the one that everybody waits for. */
    boolean waitsForViewer() {
        return !complete && inFlight.get() == 0;
    }

    /** On the origin's event loop: nothing more is taken. */
    void stop() {
        stopped = true;
        if (complete || discarded) return;
        discarded = true;
        body.discard();
    }

    private void refuse(String reason) {
        flow.post(() -> flow.fail(new Broken(Phase.REQUEST, reason)), () -> {});
    }
}
