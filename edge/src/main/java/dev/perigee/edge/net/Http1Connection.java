package dev.perigee.edge.net;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.origin.RequestBody;
import dev.perigee.edge.origin.TunnelEnd;
import dev.perigee.edge.serve.Encryption;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.KnownRequest;
import dev.perigee.edge.serve.LoopState;
import dev.perigee.edge.serve.Pipeline;
import dev.perigee.edge.serve.Viewer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One viewer connection that speaks HTTP/1.x. Requests are answered one after the other; what a viewer sends ahead waits,
 * within limits. Everything runs on the connection's event loop.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter
        implements Viewer, OpenConnection, RequestContent.Source {
    private static final RequestHead UNREADABLE =
            new RequestHead("-", "-", null, "", HttpVersion.HTTP_1_1, Fields.EMPTY);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final Channel channel;
    private final EdgeLimits limits;
    private final Pipeline pipeline;
    private final ResponseHeads heads;
    private final Connections connections;
    private final LoopContext context;
    private final Deadline deadline;
    private final InetSocketAddress remote;
    private final long idleNanos;
    private final @Nullable TlsNames tls;

    private @Nullable ByteBuf pending;
    private @Nullable Exchange current;
    private RequestFraming framing = RequestFraming.NO_CONTENT;
    private @Nullable RequestContent content;
    private @Nullable Follower follower;
    private final Output output;
    /** Octets that waited for the viewer when the deadline was last set. */
    private long outputWaiting;

    private boolean keepAlive;
    private boolean headSent;
    private boolean continueSent;
    /** When the head that is being received must be whole; moved only by the next request. */
    private long headDue = Long.MAX_VALUE;

    private boolean reading;
    private boolean parsing;
    private boolean draining;
    private boolean closing;
    private boolean gone;

    Http1Connection(
            Channel channel,
            InetSocketAddress remote,
            EdgeLimits limits,
            Pipeline pipeline,
            ResponseHeads heads,
            Connections connections,
            LoopContext context,
            @Nullable TlsNames tls,
            @Nullable HeldFlush last) {
        this.channel = channel;
        this.limits = limits;
        this.pipeline = pipeline;
        this.heads = heads;
        this.connections = connections;
        this.context = context;
        this.tls = tls;
        this.idleNanos = limits.idleTimeout().toNanos();
        this.remote = remote;
        this.deadline = new Deadline(channel.eventLoop(), this::timedOut);
        this.output = new Output(channel, last, heads, context, this::takesMore);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connections.opened(this);
        deadline.in(limits.headTimeout());
    }

    // ---- receiving

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (closing || gone) {
            in.release();
            return;
        }
        pending = pending == null ? in : joined(pending, in);
        reading = true;
        receive();
    }

    private ByteBuf joined(ByteBuf before, ByteBuf after) {
        if (!before.isReadable()) {
            before.release();
            return after;
        }
        ByteBuf both = channel.alloc().buffer(before.readableBytes() + after.readableBytes());
        both.writeBytes(before).writeBytes(after);
        before.release();
        after.release();
        return both;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        if (output.unflushed()) flush();
    }

    /** Uses what has been received: as content of the current request, or as the next ones. */
    private void receive() {
        if (parsing) return;
        parsing = true;
        try {
            while (pending != null && !closing && !gone) {
                if (current != null) {
                    feedContent();
                    break;
                }
                if (!pending.isReadable() || !output.writable() || !nextRequest()) break;
            }
        } finally {
            parsing = false;
        }
        ByteBuf left = pending;
        if (left == null) return;
        if (left.isReadable()) {
            pending = context.input.toKeep(left, channel.alloc());
        } else {
            left.release();
            pending = null;
        }
    }

    private void feedContent() {
        ByteBuf in = pending;
        RequestContent receiving = content;
        if (in == null) return;
        if (receiving != null && !receiving.whole()) {
            int before = in.readableBytes();
            boolean wellFormed = receiving.feed(in);
            Exchange x = current;
            if (x != null) x.received(before - in.readableBytes());
            if (!wellFormed) {
                breakOff();
                return;
            }
            if (receiving.whole()) deadline.clear();
            else if (before > in.readableBytes()) deadline.in(limits.stallTimeout());
        }
        boolean stuffed = in.readableBytes() >= limits.headBytesMax();
        if (stuffed && channel.config().isAutoRead()) channel.config().setAutoRead(false);
    }

    /** The viewer broke the framing of its content, or sends too much; the origin must not take what came so far for whole. */
    private void breakOff() {
        RequestContent receiving = content;
        if (receiving != null) receiving.fail();
        Exchange x = current;
        if (x != null && !headSent) {
            boolean tooLarge = receiving != null && receiving.tooLarge();
            pipeline.reject(x, tooLarge ? Rejection.CONTENT_TOO_LARGE : Rejection.MALFORMED);
        } else {
            abort();
        }
    }

    /** Parses one request and serves it; false when more octets are needed. */
    private boolean nextRequest() {
        ByteBuf in = pending;
        if (in == null) return false;
        skipEmptyLine(in);
        if (!in.isReadable()) return false;
        byte first = in.getByte(in.readerIndex());
        if (!HeadParser.canBegin(first)) {
            if (first == '\r' && in.readableBytes() == 1) return false;
            refuse(Rejection.MALFORMED);
            return true;
        }
        byte[] scratch = context.scratch;
        int size = Math.min(in.readableBytes(), scratch.length);
        in.getBytes(in.readerIndex(), scratch, 0, size);
        // One comparison instead of reading the head (benchmark: docs/benchmarks.md, "What a small hit costs").
        RecentHeads.Recent recent = context.recent.find(scratch, size);
        if (recent != null) {
            in.skipBytes(size);
            serve(new Exchange(this, recent.request()), recent.framing(), size);
            return true;
        }
        int end = HeadEnd.find(scratch, 0, size);
        if (end < 0 || end > limits.headBytesMax()) return tooLong(scratch, size);
        HeadParser parser = context.parser;
        parser.parse(scratch, 0, end);
        in.skipBytes(end);
        RequestHead head = parser.head();
        if (head == null) {
            Rejection refusal = parser.refusal();
            refuse(refusal == null ? Rejection.MALFORMED : refusal);
            return true;
        }
        RequestFraming framed = parser.framing();
        KnownRequest known = end == size ? context.recent.note(scratch, size, head, framed) : null;
        serve(known == null ? new Exchange(this, head, framed.hasContent()) : new Exchange(this, known), framed, end);
        return true;
    }

    /** One empty line before a request is forgiven (RFC 9112 section 2.2). */
    private static void skipEmptyLine(ByteBuf in) {
        if (in.readableBytes() >= 2
                && in.getByte(in.readerIndex()) == '\r'
                && in.getByte(in.readerIndex() + 1) == '\n') {
            in.skipBytes(2);
        }
    }

    private boolean tooLong(byte[] scratch, int size) {
        if (size >= limits.headBytesMax()) {
            refuse(Rejection.HEAD_TOO_LARGE);
            return true;
        }
        int lineMax = limits.requestLineBytesMax() + 32;
        if (size > lineMax) {
            int newLine = 0;
            while (newLine < lineMax && scratch[newLine] != '\n') newLine++;
            if (newLine == lineMax) {
                refuse(Rejection.URL_TOO_LONG);
                return true;
            }
        }
        if (headDue == Long.MAX_VALUE)
            headDue = System.nanoTime() + limits.headTimeout().toNanos();
        deadline.at(headDue);
        return false;
    }

    private void serve(Exchange x, RequestFraming framed, int octets) {
        headDue = Long.MAX_VALUE;
        framing = framed;
        content = framed.hasContent() ? new RequestContent(this, framed.length(), limits.contentBytesMax()) : null;
        continueSent = false;
        headSent = false;
        if (content == null
                && pending != null
                && pending.isReadable()
                && x.received().fields().has("Upgrade")) {
            // Octets after an upgrade request belong to a protocol that was not agreed on yet.
            refuse(Rejection.MALFORMED);
            return;
        }
        x.received(octets);
        current = x;
        deadline.clear();
        pipeline.serve(x);
    }

    private void refuse(Rejection rejection) {
        framing = RequestFraming.NO_CONTENT_CLOSE;
        content = null;
        headSent = false;
        Exchange x = new Exchange(this, UNREADABLE, false);
        current = x;
        pipeline.reject(x, rejection);
    }

    // ---- the viewer of the current exchange

    @Override
    public void execute(Runnable task) {
        channel.eventLoop().execute(task);
    }

    @Override
    public boolean inEventLoop() {
        return channel.eventLoop().inEventLoop();
    }

    @Override
    public LoopState loop() {
        return context.state;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public @Nullable InetAddress local() {
        return channel.localAddress() instanceof InetSocketAddress here ? here.getAddress() : null;
    }

    @Override
    public @Nullable Encryption encryption() {
        return tls;
    }

    @Override
    public @Nullable RequestBody content() {
        return content;
    }

    @Override
    public void wanted() {
        RequestContent receiving = content;
        if (receiving == null || gone) return;
        if (framing.expectsContinue() && !continueSent && receiving.started() && !headSent) {
            continueSent = true;
            channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), channel.voidPromise());
        }
        if (!channel.config().isAutoRead()) channel.config().setAutoRead(true);
        if (receiving.flowing()) deadline.in(limits.stallTimeout());
        if (pending == null) pending = Unpooled.EMPTY_BUFFER;
        receive();
    }

    @Override
    public void head(Exchange x) {
        if (gone || x != current) return;
        headSent = true;
        RequestContent receiving = content;
        boolean received = receiving == null || receiving.whole();
        keepAlive = framing.keepAlive() && received && !draining && !beganToTunnel(x);
        output.head(x, keepAlive);
        keepAlive &= !output.endsWithConnection();
        x.sent(output.held());
    }

    /** Whether the viewer speaks already what it wanted to upgrade to, though it was not agreed on: that is no request. */
    private boolean beganToTunnel(Exchange x) {
        ByteBuf ahead = pending;
        return ahead != null && ahead.isReadable() && x.received().fields().has("Upgrade");
    }

    @Override
    public void content(ByteBuf taken) {
        Exchange x = current;
        if (gone || x == null) {
            taken.release();
            return;
        }
        x.sent(taken.readableBytes());
        output.content(taken);
    }

    @Override
    public boolean tunnel(Exchange x, TunnelEnd origin, Runnable whenEnded) {
        boolean early = pending != null && pending.isReadable();
        if (early && !gone) return false;
        if (gone || x != current) {
            origin.discard();
            return true;
        }
        headSent = true;
        deadline.clear();
        channel.config().setAutoRead(false);
        TunnelEnd mine = new TunnelEnd(channel);
        channel.pipeline().addBefore(channel.pipeline().context(this).name(), null, mine);
        ByteBuf head = heads.writeSwitch(channel.alloc(), x);
        x.sent(head.readableBytes());
        channel.writeAndFlush(head, channel.voidPromise());
        follower = new TunnelFollower(x, mine, whenEnded);
        TunnelEnd.join(mine, origin, limits.tunnelIdle());
        return true;
    }

    @Override
    public void flush() {
        output.flush();
        if (!output.writable() && !gone) awaitViewer();
    }

    /** Output waits for the viewer to take it. */
    private void awaitViewer() {
        outputWaiting = output.waiting();
        deadline.in(limits.stallTimeout());
    }

    @Override
    public boolean writable() {
        return output.writable() && !gone;
    }

    @Override
    public void follow(Follower next) {
        if (gone || current == null) next.gone();
        else follower = next;
    }

    @Override
    public void end() {
        Exchange x = current;
        if (gone || x == null) return;
        output.end();
        // What was sent in one go was begun just now: the clock is not asked again.
        long now = follower == null && x.firstByteNanos() != 0 ? x.firstByteNanos() : System.nanoTime();
        x.ended(now);
        RequestContent receiving = content;
        boolean reusable = keepAlive && !draining;
        follower = null;
        current = null;
        content = null;
        if (!reusable) {
            close(receiving != null && !receiving.whole());
            return;
        }
        if (!channel.config().isAutoRead()) channel.config().setAutoRead(true);
        if (!reading) flush();
        // What was sent can have made room for the next request, or have ended the connection.
        if (gone || current != null) return;
        // With output waiting, the stall deadline that flush has set stands until the viewer takes it.
        if (output.waitsForRegions()) awaitViewer();
        else if (channel.isWritable()) deadline.at(now + idleNanos);
        if (!parsing && pending != null) receive();
    }

    @Override
    public boolean retract() {
        if (gone || current == null || !output.retract()) return false;
        headSent = false;
        return true;
    }

    @Override
    public void cut() {
        if (gone || current == null) return;
        if (output.endsWithConnection()) {
            abort();
            return;
        }
        // Length or chunks show what is missing; the viewer gets what there was.
        output.writeHead();
        follower = null;
        current = null;
        content = null;
        close(false);
    }

    /** Ends the connection at once, with a reset: content that ends with the connection must not be taken for whole. */
    @Override
    public void abort() {
        if (gone) return;
        closing = true;
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        var _ = channel.close();
        leave();
    }

    /** Sends what is there, then closes; lingering while the viewer may still be sending, so that it can read. */
    private void close(boolean viewerMaySend) {
        closing = true;
        boolean linger = viewerMaySend || (pending != null && pending.isReadable());
        if (!linger && output.close()) return;
        output.flush();
        if (gone) return;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            if (linger && !gone) Lingering.close(channel);
            else channel.close();
        });
        deadline.in(limits.stallTimeout());
    }

    // ---- events of the connection

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        takesMore();
    }

    /** The viewer has taken what it was sent, or enough of it. */
    private void takesMore() {
        if (!output.writable() || gone) return;
        RequestContent receiving = content;
        // Content of the request under way is still waited for, whatever was sent meanwhile.
        if (receiving != null && !receiving.whole() && receiving.flowing()) deadline.in(limits.stallTimeout());
        else deadline.clear();
        Follower following = follower;
        if (following != null) {
            following.writable();
        } else if (closing || output.waitsForRegions()) {
            awaitViewer();
        } else if (current == null) {
            deadline.in(limits.idleTimeout());
            receive();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
    }

    private void leave() {
        if (gone) return;
        gone = true;
        deadline.cancel();
        connections.closed(this);
        if (pending != null) pending.release();
        pending = null;
        output.discard();
        Follower following = follower;
        follower = null;
        RequestContent receiving = content;
        if (receiving != null) receiving.fail();
        if (following != null) following.gone();
        current = null;
    }

    private void timedOut() {
        if (gone) return;
        Exchange x = current;
        long waiting = output.waiting();
        if (waiting > 0 && waiting < outputWaiting) {
            awaitViewer(); // slow, but it takes what it is sent
        } else if (closing) {
            channel.close();
        } else if (x == null && pending != null && pending.isReadable()) {
            refuse(Rejection.TIMED_OUT);
        } else if (x != null && !headSent && content != null && !content.whole()) {
            // The request's content stalled: the viewer learns why, the origin that it will not be whole.
            content.fail();
            pipeline.reject(x, Rejection.TIMED_OUT);
        } else {
            abort();
        }
    }

    @Override
    public void drain() {
        draining = true;
        if (current != null || gone || closing) return;
        if (output.waiting() > 0) close(false);
        else channel.close();
    }

    Channel channel() {
        return channel;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Broken pipes and resets are everyday events; bugs in our own code are reported by the pipeline.
        connections.failed(cause);
        channel.close();
    }
}
