package dev.perigee.edge.net;

import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.Http2Limits;
import dev.perigee.edge.http2.Http2Budget;
import dev.perigee.edge.http2.Http2Error;
import dev.perigee.edge.http2.Http2Frame;
import dev.perigee.edge.http2.Http2FrameReader;
import dev.perigee.edge.http2.Http2Output;
import dev.perigee.edge.http2.PeerSettings;
import dev.perigee.edge.http2.ReceiveWindow;
import dev.perigee.edge.net.hpack.HpackDecoder;
import dev.perigee.edge.net.hpack.HpackField;
import dev.perigee.edge.serve.LoopState;
import dev.perigee.edge.serve.Pipeline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One viewer connection that speaks HTTP/2 (RFC 9113). Streams are no channels of their own: frames are read where they
 * arrive and written together. Everything runs on the connection's event loop.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter
        implements OpenConnection, StreamViewer.Shared, Http2FrameReader.Frames {
    /** Output that may wait besides content, which stops earlier: answers of a few octets, to requests of fewer. */
    private static final int OUTPUT_MAX = 512 << 10;

    private static final int STREAM_MAX = Integer.MAX_VALUE;
    private static final long DRAIN_PING = 0x5065_7269_6765_6521L;

    private final Channel channel;
    private final EdgeLimits limits;
    private final Connections connections;
    private final LoopContext context;
    private final TlsNames tls;
    private final InetSocketAddress remote;
    private final Http2Clock clock;
    private final Http2FrameReader reader;
    private final HpackDecoder decoder;
    private final Http2Budget budget;
    private final Http2Sender sender;
    private final Http2Streams streams;
    private final Http2Requests requests;

    private final Http2Output output;
    private final PeerSettings peer = new PeerSettings();
    /** What the viewer may still send on all streams. */
    private final ReceiveWindow window;

    private boolean reading;
    private boolean draining;
    /** Whether streams begun from now on are not served. */
    private boolean drained;

    private int promised;
    private boolean closing;
    private boolean gone;

    Http2Connection(
            Channel channel,
            InetSocketAddress remote,
            EdgeLimits limits,
            Pipeline pipeline,
            Http2Heads heads,
            Connections connections,
            LoopContext context,
            TlsNames tls) {
        this.channel = channel;
        this.limits = limits;
        this.connections = connections;
        this.context = context;
        this.tls = tls;
        this.remote = remote;
        this.clock = new Http2Clock(new Deadline(channel.eventLoop(), this::timedOut), limits);
        this.reader = Http2FrameReader.ofClient(this, limits.http2().blockBytesMax(), context.scratch);
        this.decoder = new HpackDecoder(Http2Frame.TABLE_DEFAULT, context.names::string);
        this.budget = new Http2Budget(limits.http2(), System.nanoTime());
        this.output = new Http2Output(channel, context.frames::take);
        this.sender = new Http2Sender(channel, output, peer, heads, budget);
        this.window = new ReceiveWindow(limits.http2().connectionWindowBytes());
        this.streams = new Http2Streams(limits.http2().streamsMax());
        this.requests = new Http2Requests(this, pipeline, sender, streams);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connections.opened(this);
        clock.begin();
        Http2Limits own = limits.http2();
        output.settings(
                Http2Frame.MAX_CONCURRENT_STREAMS,
                own.streamsMax(),
                Http2Frame.INITIAL_WINDOW_SIZE,
                own.streamWindowBytes(),
                Http2Frame.MAX_HEADER_LIST_SIZE,
                limits.headBytesMax() + 32 * limits.fieldsMax(),
                Http2Frame.NO_RFC7540_PRIORITIES,
                1);
        int more = own.connectionWindowBytes() - Http2Frame.WINDOW_DEFAULT;
        if (more > 0) output.windowUpdate(0, more);
        output.flush();
    }

    // ---- receiving

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (closing || gone) {
            in.release();
            return;
        }
        reading = true;
        reader.take(in, channel.alloc());
        reader.run();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        settle();
    }

    /** Sends what there is, unless more is being received; then sees what comes next, and when it is due. */
    void settle() {
        if (reading || gone || closing || sender.isSending()) return;
        sender.send();
        if (gone || closing) return;
        if (draining && streams.isEmpty()) {
            finish(Http2Error.NO_ERROR);
            return;
        }
        boolean full = waitingOutput() > OUTPUT_MAX;
        if (full == channel.config().isAutoRead()) channel.config().setAutoRead(!full);
        clock.set(reader.midway(), !streams.isEmpty() || waitingOutput() > 0);
    }

    private long waitingOutput() {
        ChannelOutboundBuffer output = channel.unsafe().outboundBuffer();
        return output == null ? 0 : output.totalPendingWriteBytes();
    }

    @Override
    public boolean welcome() {
        return !closing && !gone && (channel.isWritable() || waitingOutput() <= OUTPUT_MAX);
    }

    @Override
    public void content(int id, ByteBuf in, int start, int length, int counted, boolean last) {
        if (closing) return;
        if (!window.take(counted)) {
            connectionError(Http2Error.FLOW_CONTROL_ERROR);
            return;
        }
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            consumed(counted);
            switch (streams.past(id)) {
                case IDLE -> connectionError(Http2Error.PROTOCOL_ERROR);
                case CLOSED, SKIPPED -> connectionError(Http2Error.STREAM_CLOSED);
                case RESET -> nuisance(1);
            }
        } else if (stream.allReceived()) {
            consumed(counted);
            streamError(id, Http2Error.STREAM_CLOSED);
        } else if (!stream.take(counted)) {
            consumed(counted);
            streamError(id, Http2Error.FLOW_CONTROL_ERROR);
        } else {
            // Padding is nothing that anybody has to keep.
            if (counted > length) stream.consumed(counted - length, true);
            requests.received(stream, in, start, length, last);
        }
    }

    @Override
    public void section(int id, byte[] block, int start, int end, boolean last, boolean onItself) {
        if (closing) return;
        if ((id & 1) == 0) {
            connectionError(Http2Error.PROTOCOL_ERROR);
            return;
        }
        Http2Stream stream = streams.get(id);
        if (stream != null) {
            trailers(stream, block, start, end, last);
            return;
        }
        switch (streams.past(id)) {
            case IDLE -> request(id, block, start, end, last, onItself);
            case CLOSED -> connectionError(Http2Error.STREAM_CLOSED);
            case SKIPPED -> connectionError(Http2Error.PROTOCOL_ERROR);
            case RESET -> {
                // It was on its way when the stream was reset; the table needs it all the same.
                if (decodes(block, start, end, _ -> {})) nuisance(2);
            }
        }
    }

    private boolean decodes(byte[] block, int start, int end, Consumer<HpackField> fields) {
        if (decoder.decode(block, start, end, fields)) return true;
        connectionError(Http2Error.COMPRESSION_ERROR);
        return false;
    }

    private void trailers(Http2Stream stream, byte[] block, int start, int end, boolean last) {
        var trailers = new FieldSection.TrailerSection();
        if (!decodes(block, start, end, trailers)) return;
        if (stream.allReceived()) streamError(stream.id(), Http2Error.STREAM_CLOSED);
        else if (!last || trailers.malformed()) streamError(stream.id(), Http2Error.PROTOCOL_ERROR);
        else requests.received(stream, Unpooled.EMPTY_BUFFER, 0, 0, true);
    }

    private void request(int id, byte[] block, int start, int end, boolean last, boolean onItself) {
        FieldSection section = context.section;
        section.begin(HttpVersion.HTTP_2);
        if (!decodes(block, start, end, section)) return;
        streams.began(id);
        if (drained) {
            // Begun after the last one that was promised an answer: the viewer asks again elsewhere.
            streams.closed(id, true);
            return;
        }
        section.conclude();
        if (streams.full()) {
            refuse(id, Http2Error.REFUSED_STREAM);
            return;
        }
        boolean contradicts = last && section.contentLength() > 0;
        if (onItself || section.malformed() || contradicts) {
            requests.noteMalformed(id, end - start);
            refuse(id, Http2Error.PROTOCOL_ERROR);
            return;
        }
        Http2Stream stream =
                new Http2Stream(this, sender, id, peer.window(), limits.http2().streamWindowBytes());
        streams.add(stream);
        String priority = section.priority();
        if (priority != null) stream.priority(StreamPriority.parse(priority));
        requests.serve(stream, section, last, end - start + Http2Frame.HEAD);
    }

    private void refuse(int id, Http2Error error) {
        streams.closed(id, true);
        output.reset(id, error);
        if (!budget.reset()) connectionError(Http2Error.ENHANCE_YOUR_CALM);
    }

    @Override
    public void reset(int id, int error) {
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            if (streams.past(id) == Http2Streams.Past.IDLE) connectionError(Http2Error.PROTOCOL_ERROR);
            else nuisance(1);
            return;
        }
        close(stream, false);
        if (!budget.reset()) connectionError(Http2Error.ENHANCE_YOUR_CALM);
    }

    @Override
    public void settings(ByteBuf in, int start, int length) {
        int before = peer.window();
        Http2Error error = peer.take(in, start, length);
        long change = (long) peer.window() - before;
        for (Http2Stream stream : change == 0 ? List.<Http2Stream>of() : streams.all()) {
            if (!sender.widen(stream, change)) error = Http2Error.FLOW_CONTROL_ERROR;
        }
        if (error == Http2Error.NO_ERROR) output.settingsTaken();
        else connectionError(error);
    }

    @Override
    public void ping(long opaque, boolean answer) {
        if (answer) {
            if (draining && opaque == DRAIN_PING) refuseNew();
            else nuisance(1);
            return;
        }
        nuisance(1);
        if (!closing) output.ping(opaque, true);
    }

    @Override
    public void windowUpdate(int id, int increment) {
        if (closing) return;
        Http2Stream stream = id == 0 ? null : streams.get(id);
        if (id == 0) {
            if (!sender.widen(increment)) connectionError(Http2Error.FLOW_CONTROL_ERROR);
        } else if (stream != null) {
            if (!sender.widen(stream, increment)) streamError(id, Http2Error.FLOW_CONTROL_ERROR);
        } else if (streams.past(id) == Http2Streams.Past.IDLE) {
            connectionError(Http2Error.PROTOCOL_ERROR);
        }
    }

    @Override
    public void priorityUpdate(int id, String value) {
        Http2Stream stream = streams.get(id);
        if (stream != null) stream.priority(StreamPriority.parse(value));
    }

    @Override
    public void goAway(int lastStream) {
        draining = true;
    }

    @Override
    public void nuisance(int weight) {
        if (!closing && !budget.nuisance(weight)) connectionError(Http2Error.ENHANCE_YOUR_CALM);
    }

    // ---- the ends of streams

    /** The response has been sent. What the viewer still sends of its request is not needed. */
    void answered(Http2Stream stream) {
        if (!stream.allReceived()) output.reset(stream.id(), Http2Error.NO_ERROR);
        close(stream, !stream.allReceived());
        budget.answered();
    }

    /** Ends a stream that goes wrong on our side. */
    void reset(Http2Stream stream, Http2Error error) {
        output.reset(stream.id(), error);
        close(stream, true);
    }

    @Override
    public void streamError(int id, Http2Error error) {
        if (closing) return;
        Http2Stream stream = streams.get(id);
        if (stream != null) close(stream, true);
        else if (streams.past(id) != Http2Streams.Past.IDLE) streams.closed(id, true);
        output.reset(id, error);
        // The viewer made us do it: it counts like a reset of its own (CVE-2025-8671).
        if (!budget.reset()) connectionError(Http2Error.ENHANCE_YOUR_CALM);
    }

    private void close(Http2Stream stream, boolean byReset) {
        streams.remove(stream);
        streams.closed(stream.id(), byReset);
        if (!stream.close()) streams.ownerless();
    }

    /** An exchange has ended that went on without its viewer. */
    void abandoned() {
        streams.ownerlessEnded();
    }

    /** Content that has been passed on makes room for other. */
    void consumed(int octets) {
        int increment = window.used(octets);
        if (increment == 0 || closing || gone) return;
        output.windowUpdate(0, increment);
        settle();
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
    public @Nullable InetAddress local() {
        return channel.localAddress() instanceof InetSocketAddress here ? here.getAddress() : null;
    }

    @Override
    public TlsNames tls() {
        return tls;
    }

    long contentBytesMax() {
        return limits.contentBytesMax();
    }

    // ---- the end of the connection

    @Override
    public void connectionError(Http2Error error) {
        finish(error);
    }

    private void finish(Http2Error error) {
        if (closing || gone) return;
        output.goAway(drained ? promised : streams.lastId(), error);
        output.flush();
        closing = true;
        closeStreams();
        boolean viewerMaySend = error != Http2Error.NO_ERROR;
        if (!channel.config().isAutoRead()) channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            if (viewerMaySend && !gone) Lingering.close(channel);
            else channel.close();
        });
        clock.linger();
    }

    private void closeStreams() {
        for (Http2Stream stream : streams.all()) {
            streams.remove(stream);
            stream.close();
        }
    }

    /**
     * Two steps (RFC 9113 section 6.8): the viewer is told to begin no more streams; what it has begun before it knew is
     * still served, until its answer to our PING shows that it knows.
     */
    @Override
    public void drain() {
        if (gone || closing) return;
        draining = true;
        output.goAway(STREAM_MAX, Http2Error.NO_ERROR);
        output.ping(DRAIN_PING, false);
        if (!streams.isEmpty()) {
            output.flush();
            return;
        }
        finish(Http2Error.NO_ERROR);
    }

    private void refuseNew() {
        if (drained) return;
        drained = true;
        promised = streams.lastId();
        output.goAway(promised, Http2Error.NO_ERROR);
    }

    @Override
    public void abort() {
        if (gone) return;
        closing = true;
        var _ = channel.close();
        leave();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable() || gone || closing) return;
        if (reader.hasMore() && !reading) {
            reading = true;
            reader.run();
            reading = false;
        }
        settle();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
    }

    private void leave() {
        if (gone) return;
        gone = true;
        clock.cancel();
        connections.closed(this);
        closeStreams();
        reader.release();
        output.release();
    }

    private void timedOut() {
        if (gone) return;
        if (closing) {
            channel.close();
            return;
        }
        switch (clock.expired()) {
            case HEAD -> finish(Http2Error.PROTOCOL_ERROR);
            case IDLE -> finish(Http2Error.NO_ERROR);
            case LOOK -> {
                if (clock.isOutputStuck(waitingOutput())) {
                    abort();
                    return;
                }
                cutStalled();
                settle();
            }
        }
    }

    private void cutStalled() {
        for (Http2Stream stream : streams.all()) {
            if (stream.isStalled()) requests.giveUp(stream, Rejection.TIMED_OUT);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connections.failed(cause);
        channel.close();
    }
}
