package dev.perigee.edge.net;

import dev.perigee.core.http.RequestHead;
import dev.perigee.edge.http2.Http2Error;
import dev.perigee.edge.http2.Http2Frame;
import dev.perigee.edge.http2.ReceiveWindow;
import dev.perigee.edge.origin.GrpcCall;
import dev.perigee.edge.origin.RequestBody;
import dev.perigee.edge.serve.Exchange;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One request and its response on an HTTP/2 connection. On the connection's event loop. */
final class Http2Stream implements StreamViewer, StreamContent.Source {
    /** Less than this in one look at slow streams is no progress. */
    private static final int PROGRESS_OCTETS = 1024;

    private final Http2Connection connection;
    private final Http2Sender sender;
    private final int id;
    private StreamPriority priority = StreamPriority.UNSAID;

    // Place in the queue of those that have content to send.
    boolean queued;
    int level;

    @Nullable
    Http2Stream before;

    @Nullable
    Http2Stream after;

    /** What the viewer takes of this stream's content. */
    long window;
    /** What the viewer may still send of its content. */
    private final ReceiveWindow receiving;

    private @Nullable Exchange exchange;
    private @Nullable RequestHead undecided;
    private boolean none;
    private @Nullable StreamContent content;
    private boolean expectsContinue;
    private boolean allReceived;

    private @Nullable Exchange unsentHead;
    private boolean headSent;
    private @Nullable ByteBuf first;
    private @Nullable ArrayDeque<ByteBuf> more;
    private @Nullable Follower follower;
    /** Content that the response still lacks, or -1 when unknown. */
    private long missing;

    /** Whether the pipeline is done with it. */
    private boolean over;

    private boolean cutBehindContent;
    private boolean endSent;
    /** Whether nothing is sent or received on it any more. */
    private boolean closed;

    private int progress;
    private int quietLooks;

    Http2Stream(Http2Connection connection, Http2Sender sender, int id, long window, int receiveWindow) {
        this.connection = connection;
        this.sender = sender;
        this.id = id;
        this.window = window;
        this.receiving = new ReceiveWindow(receiveWindow);
    }

    int id() {
        return id;
    }

    StreamPriority priority() {
        return priority;
    }

    void priority(StreamPriority wanted) {
        boolean again = queued;
        if (again) sender.unqueue(this);
        priority = wanted;
        if (again) sender.queue(this);
    }

    // ---- receiving

    /** The request's head has come; {@code last} when that is all. */
    Exchange begin(RequestHead head, long length, boolean waits, boolean last) {
        allReceived = last;
        expectsContinue = waits;
        if (!last) content = new StreamContent(this, length, connection.contentBytesMax());
        Exchange x = new Exchange(this, head, content != null && length != 0);
        exchange = x;
        return x;
    }

    /** The head of a request that ought to have no content, though more follows. */
    void await(RequestHead head, boolean forbidsContent) {
        undecided = head;
        none = forbidsContent;
    }

    /** Whether the request has said that it has no content. */
    boolean forbidsContent() {
        return none;
    }

    @Nullable
    RequestHead undecided() {
        return undecided;
    }

    void decided() {
        undecided = null;
    }

    @Nullable
    Exchange exchange() {
        return exchange;
    }

    boolean allReceived() {
        return allReceived;
    }

    /** Counts what a frame takes of the stream's allowance; false when that is too much. */
    boolean take(int octets) {
        if (!receiving.take(octets)) return false;
        progress += octets;
        Exchange x = exchange;
        if (x != null) x.received(octets);
        return true;
    }

    /** Content; false when it contradicts the announced length. */
    boolean receive(ByteBuf in, int start, int count, boolean last) {
        allReceived = last;
        StreamContent to = content;
        if (to == null) return count == 0;
        return to.receive(in, start, count, last);
    }

    /** Whether more content has come than anybody takes. */
    boolean contentTooLarge() {
        return content != null && content.tooLarge();
    }

    @Override
    public void consumed(int octets, boolean more) {
        connection.consumed(octets);
        if (!more || allReceived || closed) return;
        int increment = receiving.used(octets);
        if (increment == 0) return;
        sender.windowUpdate(id, increment);
        connection.settle();
    }

    @Override
    public void wanted() {
        if (!expectsContinue || headSent || unsentHead != null || closed) return;
        expectsContinue = false;
        Exchange x = exchange;
        int octets = sender.sendContinue(id);
        if (x != null) x.sent(octets);
        connection.settle();
    }

    // ---- the viewer of the exchange

    @Override
    public void execute(Runnable task) {
        connection.execute(task);
    }

    @Override
    public StreamViewer.Shared shared() {
        return connection;
    }

    @Override
    public @Nullable RequestBody content() {
        return content;
    }

    @Override
    public void head(Exchange x) {
        if (closed) return;
        unsentHead = x;
        missing = x.contentFollows() ? x.length() : 0;
    }

    private void sendHead(boolean last) {
        Exchange x = unsentHead;
        if (x == null) return;
        unsentHead = null;
        headSent = true;
        endSent = last;
        x.sent(sender.head(id, x, last));
    }

    @Override
    public void content(ByteBuf taken) {
        Exchange x = exchange;
        int count = taken.readableBytes();
        if (closed || endSent || x == null || count == 0) {
            taken.release();
            return;
        }
        sendHead(false);
        int frames = (count + Http2Frame.PAYLOAD_MAX - 1) / Http2Frame.PAYLOAD_MAX;
        x.sent(count + (long) Http2Frame.HEAD * frames);
        if (missing >= 0) missing -= count;
        if (first == null && sender.takesAtOnce(this, count)) {
            sendContent(taken, count);
            taken.release();
            return;
        }
        keep(taken);
        sender.queue(this);
    }

    private void keep(ByteBuf taken) {
        if (first == null) {
            first = taken;
            return;
        }
        if (more == null) more = new ArrayDeque<>(4);
        more.add(taken);
    }

    private void sendContent(ByteBuf from, int count) {
        boolean last = missing == 0 && more == null && (first == null || first.readableBytes() == count);
        sender.content(this, from, count, last);
        progress += count;
        endSent = last;
    }

    /** Octets of content that wait, as far as they are in one piece. */
    int waiting() {
        ByteBuf piece = first;
        return piece == null ? 0 : piece.readableBytes();
    }

    /** Sends one frame of what waits; asks for more when that was all. */
    void sendWaiting(int count) {
        ByteBuf piece = first;
        if (piece == null) return;
        sendContent(piece, count);
        if (piece.isReadable()) return;
        piece.release();
        first = more == null ? null : more.poll();
        if (more != null && more.isEmpty()) more = null;
        if (first == null) drained();
    }

    private void drained() {
        if (cutBehindContent) {
            connection.reset(this, cutError());
        } else if (over) {
            if (!endSent) sendEnd();
            connection.answered(this);
        } else {
            Follower following = follower;
            if (following != null) following.writable();
        }
    }

    private boolean endsWithTrailers() {
        GrpcCall call = exchange == null ? null : exchange.call();
        return call != null && call.trailers().size() > 0;
    }

    private void sendEnd() {
        endSent = true;
        Exchange x = exchange;
        GrpcCall call = x == null ? null : x.call();
        if (x != null && call != null && call.trailers().size() > 0) {
            x.sent(sender.trailers(id, call.trailers()));
        } else {
            if (x != null) x.sent(Http2Frame.HEAD);
            sender.end(id);
        }
    }

    @Override
    public void flush() {
        if (closed) return;
        sendHead(false);
        connection.settle();
    }

    @Override
    public boolean writable() {
        return !closed && first == null;
    }

    @Override
    public void follow(Follower next) {
        if (closed || over) {
            leave();
            next.gone();
        } else {
            follower = next;
        }
    }

    @Override
    public void end() {
        follower = null;
        if (closed) {
            leave();
            return;
        }
        over = true;
        if (first == null) {
            if (unsentHead != null) sendHead(!endsWithTrailers());
            if (!endSent) sendEnd();
            connection.answered(this);
        }
        connection.settle();
    }

    @Override
    public boolean retract() {
        if (closed || unsentHead == null) return false;
        unsentHead = null;
        return true;
    }

    @Override
    public void cut() {
        follower = null;
        if (closed) {
            leave();
            return;
        }
        over = true;
        sendHead(false);
        if (first == null) connection.reset(this, cutError());
        else cutBehindContent = true;
        connection.settle();
    }

    /** A call that the origin has reset is reset in its words: gRPC's clients take a status from them. */
    private Http2Error cutError() {
        GrpcCall call = exchange == null ? null : exchange.call();
        return call == null ? Http2Error.INTERNAL_ERROR : call.error();
    }

    /** The pipeline is done with a stream that was closed before. */
    private void leave() {
        if (over) return;
        over = true;
        connection.abandoned();
    }

    // ---- its end

    /** Ends both directions, and tells who still sends or waits. False when an exchange goes on without its viewer. */
    boolean close() {
        if (closed) return true;
        closed = true;
        sender.unqueue(this);
        unsentHead = null;
        if (first != null) first.release();
        first = null;
        if (more != null) more.forEach(ByteBuf::release);
        more = null;
        StreamContent unread = content;
        if (unread != null) unread.fail();
        Follower following = follower;
        follower = null;
        if (following != null) {
            over = true;
            following.gone();
        }
        return over || exchange == null;
    }

    /**
     * To be called from time to time: whether the stream has waited for its viewer, without progress, at this call and
     * the two before.
     */
    boolean isStalled() {
        // Both sides of a call may be silent for as long as its origin may be: whose turn it is only they know.
        boolean called = exchange != null && exchange.call() != null;
        boolean starved = !called && content != null && content.starved();
        boolean waits = first != null || undecided != null || starved;
        quietLooks = waits && progress < PROGRESS_OCTETS ? quietLooks + 1 : 0;
        progress = 0;
        return quietLooks > 2;
    }

    /** Whether the viewer can still be told why. */
    boolean mayBeTold() {
        return !headSent && !over && exchange != null;
    }

    /** The rest of the request's content will not come. */
    void failContent() {
        StreamContent unread = content;
        if (unread != null) unread.fail();
    }
}
