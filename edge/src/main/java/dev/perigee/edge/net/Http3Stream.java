package dev.perigee.edge.net;

import dev.perigee.core.http.HttpVersion;
import dev.perigee.edge.origin.RequestBody;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.Pipeline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamPriority;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on an HTTP/3 connection. Flow control is QUIC's: content is read as an origin takes it, and
 * what the viewer does not take yet waits in one piece. On the connection's event loop.
 */
final class Http3Stream extends ChannelInboundHandlerAdapter
        implements StreamViewer, StreamContent.Source, Http3FrameReader.Frames, Http3Output.Events {
    static final long HEAD_CAME = Long.MIN_VALUE;

    /** Content that may wait for an origin before nothing more is read. */
    private static final int HELD_MAX = 64 << 10;
    /** Content up to this size is copied behind its head: one call of QUIC's less. */
    private static final int COPY_MAX = 8 << 10;
    /** Less than this in one look at slow streams is no progress. */
    private static final int PROGRESS_OCTETS = 1024;

    private final Http3Connection connection;
    /** Null for a request that was over when it began. */
    private final @Nullable QuicStreamChannel channel;

    private final Http3Heads heads;
    private final LoopContext context;
    private final @Nullable Http3Output output;
    private final Http3FrameReader reader;
    private final StreamRequest request;

    private long headDue;
    private int partial;
    private boolean trailersCame;
    private boolean endCame;
    /** Content received that nobody has taken yet. */
    private int held;

    private @Nullable Exchange unsentHead;
    private boolean headSent;
    /** Content that the response still lacks, or -1 when unknown. */
    private long missing;

    private @Nullable Follower follower;
    /** Whether the pipeline is done with it. */
    private boolean over;
    /** Whether the viewer has said that it takes no more. */
    private boolean stopped;
    /** Whether nothing is sent or received on it any more. */
    private boolean closed;

    private int received;
    private int quietLooks;

    Http3Stream(
            Http3Connection connection,
            @Nullable QuicStreamChannel channel,
            Pipeline pipeline,
            Http3Heads heads,
            LoopContext context) {
        this.connection = connection;
        this.channel = channel;
        this.heads = heads;
        this.context = context;
        this.output = channel == null ? null : new Http3Output(channel, this);
        this.reader = new Http3FrameReader(this, context.scratch);
        this.request =
                new StreamRequest(this, this, pipeline, connection.limits().contentBytesMax());
        this.headDue = System.nanoTime() + connection.limits().headTimeout().toNanos();
        this.closed = channel == null;
    }

    long id() {
        QuicStreamChannel of = channel;
        return of == null ? -1 : of.streamId();
    }

    StreamRequest request() {
        return request;
    }

    /** When the head must be whole. */
    long headDue() {
        return headDue;
    }

    void priority(StreamPriority wanted) {
        QuicStreamChannel of = channel;
        if (of != null && !closed) of.updatePriority(new QuicStreamPriority(wanted.urgency(), wanted.incremental()));
    }

    // ---- receiving

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        QuicStreamFrame frame = (QuicStreamFrame) message;
        try {
            if (!closed) take(frame.content(), frame.hasFin());
            else if (frame.hasFin()) endCame = true;
        } finally {
            frame.release();
        }
    }

    private void take(ByteBuf in, boolean last) {
        endCame = last;
        reader.take(in, last);
        if (closed) return;
        countPartial();
        if (last) ended();
        else if (headDue != HEAD_CAME) connection.awaitHead(headDue);
    }

    private void countPartial() {
        int kept = reader.kept();
        if (kept == partial) return;
        int more = kept - partial;
        partial = kept;
        connection.partialHead(more);
    }

    /** The viewer has sent all. */
    private void ended() {
        if (reader.midway()) connection.connectionError(Http3Error.FRAME_ERROR);
        else if (headDue != HEAD_CAME) fail(Http3Error.REQUEST_INCOMPLETE);
        else if (!request.whole() && !request.receive(Unpooled.EMPTY_BUFFER, 0, 0, true))
            fail(Http3Error.MESSAGE_ERROR);
    }

    @Override
    public Http3FrameReader.Use begins(long type, long length) {
        if (type == Http3Frame.DATA && headDue == HEAD_CAME && !trailersCame) {
            if (length == 0) connection.nuisance(2);
            return Http3FrameReader.Use.PARTS;
        }
        if (type == Http3Frame.HEADERS && !trailersCame) {
            if (length <= connection.limits().http2().blockBytesMax()) return Http3FrameReader.Use.WHOLE;
            connection.connectionError(Http3Error.EXCESSIVE_LOAD);
            return Http3FrameReader.Use.FATAL;
        }
        if (type <= Http3Frame.GOAWAY || type == Http3Frame.MAX_PUSH_ID || Http3Frame.isOfHttp2(type)) {
            connection.connectionError(Http3Error.FRAME_UNEXPECTED);
            return Http3FrameReader.Use.FATAL;
        }
        connection.nuisance(1);
        return Http3FrameReader.Use.SKIPPED;
    }

    @Override
    public void whole(long type, byte[] bytes, int start, int end, boolean last) {
        if (headDue == HEAD_CAME) {
            trailers(bytes, start, end, last);
            return;
        }
        headDue = HEAD_CAME;
        countPartial();
        FieldSection section = context.section;
        section.begin(HttpVersion.HTTP_3);
        if (!context.qpack.decode(bytes, start, end, section)) {
            connection.connectionError(Http3Error.QPACK_DECOMPRESSION_FAILED);
            return;
        }
        section.conclude();
        int octets = end - start + Http3Frame.octetsOf(end - start) + 1;
        if (connection.refuses(id())) {
            close(Http3Error.REQUEST_REJECTED); // the viewer may ask elsewhere as if it had not asked here
        } else if (connection.full()) {
            fail(Http3Error.REQUEST_REJECTED);
        } else if (StreamRequest.isMalformed(section, last)) {
            connection.noteMalformed(octets);
            fail(Http3Error.MESSAGE_ERROR);
        } else {
            String priority = section.priority();
            priority(priority == null ? StreamPriority.UNSAID : StreamPriority.parse(priority));
            request.serve(section, HttpVersion.HTTP_3, last, octets);
        }
    }

    private void trailers(byte[] bytes, int start, int end, boolean last) {
        trailersCame = true;
        var trailers = new FieldSection.TrailerSection();
        if (!context.qpack.decode(bytes, start, end, trailers))
            connection.connectionError(Http3Error.QPACK_DECOMPRESSION_FAILED);
        else if (trailers.malformed()) fail(Http3Error.MESSAGE_ERROR);
        else if (!last) connection.nuisance(1); // the end comes by itself
    }

    @Override
    public void part(ByteBuf in, int start, int length, boolean last) {
        if (closed) return;
        Exchange x = request.exchange();
        if (x != null) x.received(length);
        received += length;
        held += length;
        if (!request.receive(in, start, length, last)) {
            fail(Http3Error.MESSAGE_ERROR);
        } else if (held >= HELD_MAX && !closed && channel != null) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void consumed(int octets, boolean more) {
        held -= octets;
        QuicStreamChannel of = channel;
        if (of == null || closed || request.whole()) return;
        // What nobody wants is not read either: the answer ends it.
        if (!more) of.config().setAutoRead(false);
        else if (held < HELD_MAX / 2 && !of.config().isAutoRead()) of.config().setAutoRead(true);
    }

    @Override
    public void wanted() {
        Http3Output out = output;
        if (headSent || unsentHead != null || closed || !request.mayContinue() || out == null) return;
        ByteBuf octets = Http3Heads.writeContinue(allocator());
        Exchange x = request.exchange();
        if (x != null) x.sent(octets.readableBytes());
        out.write(octets, false);
    }

    /** The viewer has given its request up, or the connection has ended. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        endCame = false;
        fail(Http3Error.REQUEST_CANCELLED);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // After the last octet both ways Netty is done with the stream, perhaps before the pipeline is.
        if (output == null || !output.isWhole()) close();
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
        return request.content();
    }

    @Override
    public void head(Exchange x) {
        if (closed) return;
        unsentHead = x;
        missing = x.contentFollows() ? x.length() : 0;
    }

    @Override
    public void content(ByteBuf taken) {
        Exchange x = request.exchange();
        Http3Output out = output;
        int count = taken.readableBytes();
        if (closed || out == null || out.endSent() || x == null || count == 0) {
            taken.release();
            return;
        }
        boolean known = missing >= 0;
        // What says how long it is goes out as one frame, however it comes.
        ByteBuf before = null;
        if (unsentHead != null) before = head(unsentHead, known ? missing : count, count);
        else if (!known) before = dataHead(allocator().directBuffer(roomFor(count)), count);
        if (known) missing -= count;
        boolean last = missing == 0;
        x.sent((before == null ? 0 : before.readableBytes()) + (long) count);
        connection.sent(count);
        if (before != null && count <= before.writableBytes()) {
            before.writeBytes(taken);
            taken.release();
            out.write(before, last);
            return;
        }
        if (before != null) out.write(before, false);
        out.write(taken, last);
    }

    private ByteBuf head(Exchange x, long frameLength, int count) {
        unsentHead = null;
        headSent = true;
        ByteBuf out = heads.write(context, allocator(), x, roomFor(count));
        return frameLength == 0 ? out : dataHead(out, frameLength);
    }

    private static int roomFor(int count) {
        return Http3Frame.HEAD_MAX + (count <= COPY_MAX ? count : 0);
    }

    private static ByteBuf dataHead(ByteBuf out, long length) {
        return Http3Frame.number(Http3Frame.number(out, Http3Frame.DATA), length);
    }

    private ByteBufAllocator allocator() {
        QuicStreamChannel of = channel;
        return of == null ? ByteBufAllocator.DEFAULT : of.alloc();
    }

    /** Sends the head by itself. */
    private void sendHead(Http3Output out, boolean last) {
        Exchange x = unsentHead;
        if (x == null) return;
        ByteBuf octets = head(x, Math.max(missing, 0), 0);
        x.sent(octets.readableBytes());
        out.write(octets, last);
    }

    @Override
    public void sent() {
        Http3Output out = output;
        if (closed || out == null) return;
        Follower following = follower;
        if (over && out.isWhole()) answered();
        else if (following != null && out.writable()) following.writable();
    }

    @Override
    public void stopped() {
        if (closed) return;
        stopped = true;
        fail(Http3Error.REQUEST_CANCELLED);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (output != null) output.goOn();
    }

    @Override
    public void flush() {
        if (!closed && output != null) sendHead(output, false);
    }

    @Override
    public boolean writable() {
        return !closed && output != null && output.writable();
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
        Http3Output out = output;
        if (closed || out == null) {
            leave();
            return;
        }
        over = true;
        if (unsentHead != null) sendHead(out, true);
        else if (!out.endSent()) out.write(Unpooled.EMPTY_BUFFER, true);
        if (out.isWhole() && !closed) answered();
    }

    private void answered() {
        connection.answered();
        close();
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
        close(Http3Error.INTERNAL_ERROR);
    }

    /** The pipeline is done with a stream that was closed before. */
    private void leave() {
        if (over) return;
        over = true;
        connection.abandoned();
    }

    // ---- its end

    /** Ends both directions without an answer. */
    void fail(Http3Error error) {
        if (closed) return;
        close(error);
        connection.resetCounted();
    }

    /** Ends it as it is. */
    void close() {
        close(Http3Error.REQUEST_CANCELLED);
    }

    /** Ends it, and tells who still sends or waits. */
    private void close(Http3Error unlessAnswered) {
        if (closed) return;
        closed = true;
        unsentHead = null;
        reader.stop();
        countPartial();
        boolean whole = output != null && output.isWhole();
        if (output != null) output.release();
        request.fail();
        Follower following = follower;
        follower = null;
        if (following != null) {
            over = true;
            following.gone();
        }
        connection.closed(this, endCame && (whole || stopped), !over && request.exchange() != null);
        if (channel != null && !connection.isClosing()) end(channel, whole, unlessAnswered);
    }

    private void end(QuicStreamChannel of, boolean whole, Http3Error unlessAnswered) {
        if (!stopped && !whole) {
            // Closing it besides would make Netty send an end, which the viewer might see before the reset.
            of.shutdown(unlessAnswered.code());
            return;
        }
        // What the viewer still sends of its request is not needed.
        if (!endCame) of.shutdownInput(stopped ? unlessAnswered.code() : Http3Error.NO_ERROR.code());
        of.close();
    }

    /**
     * To be called from time to time: whether the stream has waited for its viewer, without progress, at this call and
     * the two before.
     */
    boolean isStalled() {
        Http3Output out = output;
        if (out == null) return false;
        int progress = received + out.progress();
        received = 0;
        boolean waits = !out.isIdle() || request.starved() || (follower != null && !writable());
        quietLooks = waits && progress < PROGRESS_OCTETS ? quietLooks + 1 : 0;
        return quietLooks > 2;
    }

    /** Whether the viewer can still be told why. */
    boolean mayBeTold() {
        return !headSent && !over && request.exchange() != null;
    }
}
