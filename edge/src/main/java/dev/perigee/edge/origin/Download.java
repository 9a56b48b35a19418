package dev.perigee.edge.origin;

import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The content of one answer on its way from the connection to a sink. What was read before the sink wanted it waits
 * here: at most what one read brings. Lives on the event loop; it may outlast its exchange when the answer came whole
 * with its head.
 */
final class Download implements OriginBody {
    /** Less than this is read and dropped to keep a connection; a new one costs about as much. */
    private static final long DRAIN_MAX = 64 << 10;

    private static final int SMALL = 1 << 10;
    private static final int GATHERED = 1 << 12;

    private final Flow flow;
    private final long length;
    /** Small: where the sink is there before the content, nothing ever waits. */
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(1);

    /** Whether the last piece that waits is one that small ones are put together in. */
    private boolean gathers;

    private @Nullable Sink sink;
    private boolean wanted;
    private boolean whole;
    private boolean over;
    private boolean claimed;
    private @Nullable OriginFailure cut;
    private long received;

    Download(Flow flow, long length) {
        this.flow = flow;
        this.length = length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void into(Sink target) {
        flow.onLoop(
                () -> {
                    if (claimed) throw new IllegalStateException("content taken twice");
                    claimed = true;
                    sink = target;
                    wanted = true;
                    deliver();
                    flow.demand();
                },
                () -> {
                    drop();
                    target.failed(new Broken(Phase.BODY, "the edge is stopping"));
                });
    }

    @Override
    public void resume() {
        // Later, even on the loop: the sink may be in the middle of append, whose answer would undo this.
        flow.post(
                () -> {
                    if (sink == null || over) return;
                    wanted = true;
                    deliver();
                    flow.demand();
                },
                () -> {});
    }

    @Override
    public void discard() {
        flow.post(
                () -> {
                    claimed = true;
                    boolean small = length >= 0 && length - received <= DRAIN_MAX;
                    if (!whole && cut == null && !small) {
                        flow.fail(new Broken(Phase.BODY, "discarded"));
                    }
                    stop(new Broken(Phase.BODY, "discarded"));
                    wanted = true;
                    flow.demand();
                },
                this::drop);
    }

    /** Whether more bytes are wanted from the connection. */
    boolean wanted() {
        return wanted;
    }

    /** Whether somebody has taken or discarded the content. */
    boolean claimed() {
        return claimed;
    }

    long received() {
        return received;
    }

    /** Takes bytes from the connection. */
    void append(ByteBuf taken) {
        received += taken.readableBytes();
        Sink target = sink;
        if (over || !taken.isReadable()) {
            taken.release();
        } else if (target != null && wanted && waiting.isEmpty()) {
            wanted = target.append(taken);
        } else {
            keep(taken);
        }
    }

    /** Small pieces are put together: each would cost more than its content. */
    private void keep(ByteBuf taken) {
        int size = taken.readableBytes();
        boolean small = size < SMALL;
        ByteBuf tail = small && gathers ? waiting.peekLast() : null;
        if (small && (tail == null || tail.writableBytes() < size)) {
            tail = ByteBufAllocator.DEFAULT.directBuffer(GATHERED, GATHERED);
            waiting.add(tail);
        }
        gathers = small;
        if (tail == null) {
            waiting.add(taken);
        } else {
            tail.writeBytes(taken);
            taken.release();
        }
    }

    /** The framing says that this was all. */
    void complete() {
        whole = true;
        deliver();
    }

    /**
     * There will be no more, though there should. What has come is passed on all the same: how much a viewer sees of an
     * answer that breaks off must not depend on which of our threads was faster.
     */
    void fail(OriginFailure failure) {
        cut = failure;
        deliver();
    }

    private void deliver() {
        Sink target = sink;
        if (target == null || over) return;
        OriginFailure failure = cut;
        // At most what one read brought: nobody has to be waited for.
        while ((wanted || failure != null) && !waiting.isEmpty()) wanted = target.append(waiting.remove());
        if (!waiting.isEmpty()) return;
        if (failure != null) {
            stop(failure);
        } else if (whole) {
            over = true;
            target.complete();
        }
    }

    private void stop(OriginFailure failure) {
        drop();
        if (over) return;
        over = true;
        Sink target = sink;
        if (target != null) target.failed(failure);
    }

    /** Nobody will take what waits. */
    void drop() {
        for (ByteBuf bytes : waiting) bytes.release();
        waiting.clear();
    }
}
