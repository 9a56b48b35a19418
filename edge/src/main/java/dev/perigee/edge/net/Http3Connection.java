package dev.perigee.edge.net;

import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.http2.Http2Budget;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.LoopState;
import dev.perigee.edge.serve.Pipeline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamPriority;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.collection.LongObjectHashMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * One viewer connection that speaks HTTP/3 (RFC 9114), on QUIC streams that Netty makes. Everything runs on the
 * connection's event loop.
 */
final class Http3Connection extends ChannelInboundHandlerAdapter implements OpenConnection, StreamViewer.Shared {
    private static final String HTTP_3 = "h3";
    /** Octets of field sections, on all streams, whose rest has yet to come. */
    private static final int PARTIAL_HEADS_MAX = 256 << 10;
    /**
     * Netty keeps a stream that the viewer reset, or whose end nobody read, as long as its connection. After so many the
     * viewer is asked for another connection.
     */
    private static final int UNFINISHED_MAX = 256;
    /** What a response needs to be on its way before the connection may be closed behind it. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long NEVER = Long.MAX_VALUE;
    private static final int FIRST_URGENCY = 0;

    private final QuicChannel channel;
    private final EdgeLimits limits;
    private final Pipeline pipeline;
    private final Http3Heads heads;
    private final Connections connections;
    private final LoopContext context;
    private final QuicHandshakes handshakes;
    private final TlsNames tls = new TlsNames(true);
    private final Deadline deadline;
    private final Http2Budget budget;
    private final LongObjectHashMap<Http3Stream> streams = new LongObjectHashMap<>();
    private final Http3Peer peer = new Http3Peer(this);

    private InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private @Nullable QuicStreamChannel control;
    private boolean established;
    /** Exchanges that go on though their viewer left. */
    private int ownerless;

    private int unfinished;
    /** The first request stream that is not served any more. */
    private long nextId;

    private int partialHeads;
    private long headDue = NEVER;
    private long lookDue = NEVER;
    private long quietSince;
    private boolean draining;
    private boolean closing;
    private boolean gone;

    Http3Connection(
            QuicChannel channel,
            EdgeLimits limits,
            Pipeline pipeline,
            Http3Heads heads,
            Connections connections,
            LoopContext context,
            QuicHandshakes handshakes) {
        this.channel = channel;
        this.limits = limits;
        this.pipeline = pipeline;
        this.heads = heads;
        this.connections = connections;
        this.context = context;
        this.handshakes = handshakes;
        this.deadline = new Deadline(channel.eventLoop(), this::timedOut);
        this.budget = new Http2Budget(limits.http2(), System.nanoTime());
    }

    // ---- the beginning

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connections.opened(this);
        handshakes.began();
        deadline.in(limits.handshakeTimeout());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SniCompletionEvent) {
            handshakes.chosenFor(tls);
        } else if (event instanceof SslHandshakeCompletionEvent handshake && !established && !gone) {
            SSLEngine engine = channel.sslEngine();
            if (handshake.isSuccess() && engine != null && HTTP_3.equals(engine.getApplicationProtocol())) {
                tls.agreed(engine.getSession());
                establish();
            } else {
                connectionError(Http3Error.GENERAL_PROTOCOL_ERROR);
            }
        }
    }

    private void establish() {
        established = true;
        handshakes.ended();
        quietSince = System.nanoTime();
        learnRemote();
        setDeadline();
        channel.createStream(QuicStreamType.UNIDIRECTIONAL, new ChannelInboundHandlerAdapter())
                .addListener(created -> {
                    if (created.isSuccess()) begin((QuicStreamChannel) created.getNow());
                    else connectionError(Http3Error.GENERAL_PROTOCOL_ERROR);
                });
    }

    private void begin(QuicStreamChannel made) {
        control = made;
        made.updatePriority(new QuicStreamPriority(FIRST_URGENCY, false));
        long sectionMax = limits.headBytesMax() + 32L * limits.fieldsMax();
        ByteBuf out = made.alloc().directBuffer(32);
        Http3Frame.number(out, Http3Frame.CONTROL);
        Http3Frame.number(out, Http3Frame.SETTINGS);
        // Nothing is said of QPACK's tables: that leaves them empty, and nobody waits for an entry of one.
        Http3Frame.number(out, 1 + Http3Frame.octetsOf(sectionMax));
        Http3Frame.number(out, Http3Frame.MAX_FIELD_SECTION_SIZE);
        Http3Frame.number(out, sectionMax);
        made.writeAndFlush(out);
        if (draining) announceEnd();
    }

    /** A viewer may move to another address (RFC 9000 section 9). */
    private void learnRemote() {
        if (channel.remoteSocketAddress() instanceof InetSocketAddress now) remote = now;
    }

    // ---- streams

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof QuicStreamChannel stream)) {
            io.netty.util.ReferenceCountUtil.release(message);
            return;
        }
        stream.config().setReadFrames(true);
        stream.config().setRecvByteBufAllocator(context.reads);
        if (stream.type() == QuicStreamType.UNIDIRECTIONAL) {
            stream.pipeline().addLast(new Http3Control(this, peer, context.scratch));
        } else {
            opened(stream);
        }
        ctx.fireChannelRead(stream);
    }

    private void opened(QuicStreamChannel stream) {
        learnRemote();
        Http3Stream made = new Http3Stream(this, stream, pipeline, heads, context);
        streams.put(stream.streamId(), made);
        stream.pipeline().addLast(made);
        if (!draining) nextId = Math.max(nextId, stream.streamId() + 4);
        setDeadline();
    }

    /** Whether one more request, besides the streams that are open, is one too many. */
    boolean full() {
        return streams.size() + ownerless > limits.http2().streamsMax();
    }

    /** Whether a request was begun after the last one that is served. */
    boolean refuses(long id) {
        return draining && id >= nextId;
    }

    @Nullable
    Http3Stream stream(long id) {
        return streams.get(id);
    }

    /** Octets of a field section came whose rest is missing, or, when negative, it has come. */
    void partialHead(int octets) {
        partialHeads += octets;
        if (partialHeads > PARTIAL_HEADS_MAX) connectionError(Http3Error.EXCESSIVE_LOAD);
    }

    /** A stream waits for the rest of its head. */
    void awaitHead(long due) {
        if (headDue == NEVER || due - headDue < 0) headDue = due;
        setDeadline();
    }

    /**
     * A stream has ended.
     *
     * @param ended whether its end was read, or no more is to come
     * @param goesOn whether its exchange does, without it
     */
    void closed(Http3Stream stream, boolean ended, boolean goesOn) {
        streams.remove(stream.id());
        if (goesOn) ownerless++;
        if (!ended) unfinished();
        quietSince = System.nanoTime();
        setDeadline();
    }

    /** A stream is over whose end was not read. */
    void unfinished() {
        if (++unfinished > UNFINISHED_MAX && !draining) drain();
    }

    /** An exchange has ended that went on without its viewer. */
    void abandoned() {
        if (ownerless > 0) ownerless--;
    }

    void answered() {
        budget.answered();
    }

    void sent(int octets) {
        budget.sent(octets);
    }

    /** A stream has ended without an answer, whoever ended it (CVE-2023-44487, CVE-2025-8671). */
    void resetCounted() {
        if (!closing && !budget.reset()) connectionError(Http3Error.EXCESSIVE_LOAD);
    }

    void nuisance(int weight) {
        if (!closing && !budget.nuisance(weight)) connectionError(Http3Error.EXCESSIVE_LOAD);
    }

    /** A request that broke the rules gets no answer, but a line in the log like every other. */
    void noteMalformed(int octets) {
        Http3Stream nobody = new Http3Stream(this, null, pipeline, heads, context);
        ownerless++;
        nobody.request().reject(HttpVersion.HTTP_3, true, octets, Rejection.MALFORMED);
    }

    // ---- deadlines

    private void setDeadline() {
        if (!established || closing || gone) return;
        long now = System.nanoTime();
        long due;
        if (!streams.isEmpty()) {
            if (lookDue == NEVER) lookDue = now + limits.stallTimeout().toNanos() / 2;
            due = lookDue;
        } else {
            lookDue = NEVER;
            headDue = NEVER;
            due = quietSince + (draining ? LINGER_NANOS : limits.idleTimeout().toNanos());
        }
        deadline.at(headDue == NEVER || due - headDue < 0 ? due : headDue);
    }

    private void timedOut() {
        if (gone) return;
        if (!established || closing) {
            end();
            return;
        }
        if (streams.isEmpty()) {
            finish(Http3Error.NO_ERROR); // idle, or all that was begun before the end is on its way
            return;
        }
        long now = System.nanoTime();
        if (headDue != NEVER && headDue - now <= 0) cutLateHeads(now);
        if (lookDue != NEVER && lookDue - now <= 0) {
            lookDue = NEVER;
            cutStalled();
        }
        setDeadline();
    }

    private void cutLateHeads(long now) {
        headDue = NEVER;
        for (Http3Stream stream : all()) {
            long due = stream.headDue();
            if (due == Http3Stream.HEAD_CAME) continue;
            if (due - now <= 0) stream.fail(Http3Error.REQUEST_INCOMPLETE);
            else if (headDue == NEVER || due - headDue < 0) headDue = due;
        }
    }

    private void cutStalled() {
        for (Http3Stream stream : all()) {
            if (!stream.isStalled()) continue;
            Exchange x = stream.request().exchange();
            stream.request().fail();
            if (x != null && stream.mayBeTold()) pipeline.reject(x, Rejection.TIMED_OUT);
            else stream.fail(Http3Error.REQUEST_CANCELLED);
        }
    }

    private List<Http3Stream> all() {
        return List.copyOf(streams.values());
    }

    // ---- what streams ask of it

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
    public TlsNames tls() {
        return tls;
    }

    EdgeLimits limits() {
        return limits;
    }

    boolean isClosing() {
        return closing || gone;
    }

    // ---- the end

    void connectionError(Http3Error error) {
        finish(error);
    }

    private void finish(Http3Error error) {
        if (closing || gone) return;
        closing = true;
        for (Http3Stream stream : all()) stream.close();
        // Not from within what Netty does for a packet: it still looks at the streams of the connection.
        execute(() -> channel.close(true, error.code(), Unpooled.EMPTY_BUFFER));
    }

    private void end() {
        closing = true;
        var _ = channel.close();
    }

    /**
     * The viewer is told from which request on it has to ask elsewhere (RFC 9114 section 5.2): what it sent meanwhile is
     * rejected, which it takes for never sent. The rest is served.
     */
    @Override
    public void drain() {
        if (gone || closing || draining) return;
        draining = true;
        if (!established) {
            end();
            return;
        }
        announceEnd();
        setDeadline();
    }

    private void announceEnd() {
        QuicStreamChannel to = control;
        if (to == null) return;
        ByteBuf out = to.alloc().directBuffer(16);
        Http3Frame.number(out, Http3Frame.GOAWAY);
        Http3Frame.number(out, Http3Frame.octetsOf(nextId));
        Http3Frame.number(out, nextId);
        to.writeAndFlush(out);
    }

    @Override
    public void abort() {
        if (gone) return;
        end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        leave();
    }

    private void leave() {
        if (gone) return;
        gone = true;
        if (!established) handshakes.ended();
        deadline.cancel();
        connections.closed(this);
        for (Http3Stream stream : all()) stream.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // What a viewer's packets were wrong in is its affair, and ends the connection only if QUIC says so.
        if (!(cause instanceof QuicException)) connections.failed(cause);
    }
}
