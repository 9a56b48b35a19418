package dev.perigee.edge.origin;

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
import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.Malformed;
import dev.perigee.edge.origin.OriginFailure.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an origin that speaks HTTP/2, shared by calls. What an origin may make it do is as limited as on a
 * viewer's connection: each stream's window bounds what is kept of it, sections have their limits, and frames that bring
 * nothing have a price. On the event loop of its channel, unless said otherwise.
 */
final class CallConnection extends ChannelInboundHandlerAdapter
        implements Connector.Connection, Http2FrameReader.Frames {
    /** An origin was chosen by the customer; some more is allowed to it than to anybody who comes. */
    private static final int NUISANCES_FACTOR = 10;

    /** Far from the end of all ids; the connection is not used for new calls after it. */
    private static final int ID_MAX = Integer.MAX_VALUE - (1 << 20);

    private final Channel channel;
    private final CallPool.Slot slot;
    private final Http2Limits limits;
    private final int headBytesMax;
    private final long keepaliveNanos;
    private final Http2FrameReader reader;
    private final HpackDecoder decoder;
    private final Http2Budget budget;
    private final Http2Output output;
    private final PeerSettings peer = new PeerSettings();
    private final ReceiveWindow receiving;
    private final IntObjectHashMap<CallStream> streams = new IntObjectHashMap<>();
    private final ArrayDeque<CallStream> ready = new ArrayDeque<>();

    private @Nullable Runnable whenSettled;
    private long window = Http2Frame.WINDOW_DEFAULT;
    private int nextId = 1;
    private boolean retired;
    private boolean closed;
    private boolean reading;
    private boolean sending;
    private long lastReceived;
    private long idleSince;
    private boolean idleWatched;

    /** A connection that is closed when it was not used for so long. */
    CallConnection(
            Channel channel,
            CallPool.Slot slot,
            Http2Limits limits,
            int headBytesMax,
            KnownTexts texts,
            long keepaliveNanos) {
        this.channel = channel;
        this.slot = slot;
        this.keepaliveNanos = keepaliveNanos;
        this.limits = limits;
        this.headBytesMax = headBytesMax;
        this.reader = Http2FrameReader.ofServer(this, limits.blockBytesMax(), new byte[Http2Frame.PAYLOAD_MAX]);
        this.decoder = new HpackDecoder(Http2Frame.TABLE_DEFAULT, texts::of);
        this.budget =
                new Http2Budget(limits.withNuisances(NUISANCES_FACTOR * limits.nuisancesMax()), System.nanoTime());
        this.output = new Http2Output(channel, ByteBufAllocator::directBuffer);
        this.receiving = new ReceiveWindow(limits.connectionWindowBytes());
    }

    @Override
    public Channel channel() {
        return channel;
    }

    Http2Output output() {
        return output;
    }

    /** Begins to speak, over TLS that has agreed on HTTP/2. */
    void open(Runnable onSettled) {
        whenSettled = onSettled;
        channel.write(Unpooled.wrappedBuffer(Http2FrameReader.preface()), channel.voidPromise());
        output.settings(
                Http2Frame.ENABLE_PUSH,
                0,
                Http2Frame.INITIAL_WINDOW_SIZE,
                limits.streamWindowBytes(),
                Http2Frame.MAX_HEADER_LIST_SIZE,
                headBytesMax);
        int more = limits.connectionWindowBytes() - Http2Frame.WINDOW_DEFAULT;
        if (more > 0) output.windowUpdate(0, more);
        output.flush();
        channel.config().setAutoRead(true);
    }

    /** Starts a call; from any thread. */
    void begin(CallStream stream) {
        channel.eventLoop().execute(() -> {
            if (retired || closed || !channel.isActive() || streams.size() >= peer.streamsMax()) {
                slot.leave();
                stream.notStarted();
                return;
            }
            start(stream);
        });
    }

    private void start(CallStream stream) {
        int id = nextId;
        nextId += 2;
        if (nextId > ID_MAX) retire();
        streams.put(id, stream);
        try {
            stream.start(id, peer.window(), output, peer.tableShrank());
        } catch (RuntimeException e) {
            // Somebody waits for its outcome, without a clock.
            stream.fail(new Broken(Phase.REQUEST, OriginConnection.reason(e)));
        }
        settle();
    }

    /** The stream has ended. */
    void ended(CallStream stream) {
        if (streams.remove(stream.id()) == null) return;
        ready.remove(stream);
        stream.queued(false);
        budget.answered();
        slot.leave();
        if (!streams.isEmpty() || closed) return;
        if (retired) finish(Http2Error.NO_ERROR);
        else watchIdle();
    }

    // ---- sending

    /** Has the stream's content sent when its turn comes. */
    void queue(CallStream stream) {
        if (stream.queued() || !stream.maySend()) return;
        stream.queued(true);
        ready.add(stream);
    }

    /** Sends what there is, unless more is being received. */
    void settle() {
        if (reading || sending || closed) return;
        sending = true;
        try {
            do {
                while (output.room() > Http2Frame.HEAD && sendFrame()) {
                    // One frame at a time, so that streams take turns.
                }
                if (output.isEmpty()) return;
                output.flush();
            } while (channel.isWritable());
        } finally {
            sending = false;
        }
    }

    private boolean sendFrame() {
        if (!channel.isWritable()) return false;
        CallStream stream = window > 0 ? ready.poll() : null;
        if (stream == null) return false;
        stream.queued(false);
        if (!stream.maySend()) return true;
        int count = stream.sendFrame(output, window);
        window -= count;
        budget.sent(count);
        queue(stream);
        return true;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) settle();
    }

    // ---- receiving

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (closed) {
            in.release();
            return;
        }
        reading = true;
        lastReceived = System.nanoTime();
        reader.take(in, channel.alloc());
        reader.run();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        settle();
    }

    @Override
    public boolean welcome() {
        return !closed;
    }

    @Override
    public void content(int id, ByteBuf in, int start, int length, int counted, boolean last) {
        if (!receiving.take(counted)) {
            connectionError(Http2Error.FLOW_CONTROL_ERROR);
            return;
        }
        // Of this window each stream may use its own whole: one slow viewer must not stop the calls of others.
        int increment = receiving.used(counted);
        if (increment > 0) output.windowUpdate(0, increment);
        CallStream stream = streams.get(id);
        if (stream != null) stream.onContent(in, start, length, counted, last);
        else unexpected(id);
    }

    @Override
    public void section(int id, byte[] block, int start, int end, boolean last, boolean onItself) {
        CallStream stream = streams.get(id);
        CallHead section = new CallHead(headBytesMax);
        Consumer<HpackField> fields = stream == null ? _ -> {} : section;
        // The table needs every section, also of calls that are over.
        if (!decoder.decode(block, start, end, fields)) connectionError(Http2Error.COMPRESSION_ERROR);
        else if (stream != null) stream.onSection(section, last);
        else unexpected(id);
    }

    /** A frame of a call that is over is a nuisance; one that we have not begun cannot have any. */
    private void unexpected(int id) {
        if ((id & 1) == 0 || id >= nextId) connectionError(Http2Error.PROTOCOL_ERROR);
        else nuisance(1);
    }

    @Override
    public void reset(int id, int error) {
        CallStream stream = streams.get(id);
        if (stream != null) stream.onReset(error);
        else unexpected(id);
    }

    @Override
    public void settings(ByteBuf in, int start, int length) {
        int before = peer.window();
        Http2Error error = peer.take(in, start, length);
        long change = (long) peer.window() - before;
        for (CallStream stream : change == 0 ? List.<CallStream>of() : all()) {
            if (!stream.widen(change)) error = Http2Error.FLOW_CONTROL_ERROR;
        }
        if (error != Http2Error.NO_ERROR) {
            connectionError(error);
            return;
        }
        output.settingsTaken();
        slot.allow(Math.min(peer.streamsMax(), limits.streamsMax()));
        Runnable waiting = whenSettled;
        whenSettled = null;
        if (waiting == null) return;
        watchIdle();
        waiting.run();
    }

    @Override
    public void ping(long opaque, boolean answer) {
        nuisance(1);
        if (!answer && !closed) output.ping(opaque, true);
    }

    @Override
    public void windowUpdate(int id, int increment) {
        CallStream stream = id == 0 ? null : streams.get(id);
        if (id == 0) {
            window += increment;
            if (window > Integer.MAX_VALUE) connectionError(Http2Error.FLOW_CONTROL_ERROR);
        } else if (stream == null) {
            unexpected(id);
        } else if (!stream.widen(increment)) {
            streamError(id, Http2Error.FLOW_CONTROL_ERROR);
        }
    }

    @Override
    public void priorityUpdate(int id, String value) {
        // RFC 9218 section 7.1: a server never sends it.
        connectionError(Http2Error.PROTOCOL_ERROR);
    }

    @Override
    public void goAway(int lastStream) {
        retire();
        for (CallStream stream : all()) {
            if (stream.id() > lastStream) stream.onUnprocessed();
        }
        if (streams.isEmpty()) finish(Http2Error.NO_ERROR);
    }

    @Override
    public void nuisance(int weight) {
        if (!closed && !budget.nuisance(weight)) connectionError(Http2Error.ENHANCE_YOUR_CALM);
    }

    @Override
    public void streamError(int id, Http2Error error) {
        CallStream stream = streams.get(id);
        if (stream == null) {
            unexpected(id);
            return;
        }
        output.reset(id, error);
        stream.over(new Malformed("the origin broke HTTP/2: " + error));
    }

    private List<CallStream> all() {
        return List.copyOf(streams.values());
    }

    // ---- its end

    @Override
    public void connectionError(Http2Error error) {
        if (closed) return;
        finish(error);
        failAll(new Malformed("the origin broke HTTP/2: " + error));
    }

    private void finish(Http2Error error) {
        if (closed) return;
        retire();
        closed = true;
        output.goAway(0, error);
        output.flush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.close());
    }

    private void failAll(OriginFailure failure) {
        for (CallStream stream : all()) stream.over(failure);
    }

    private void retire() {
        retired = true;
        slot.retire();
    }

    /** A call got no answer in its time. If nothing came at all since, the connection may be dead: no more calls go there. */
    void silent(long since) {
        if (lastReceived - since <= 0) retire();
    }

    private void watchIdle() {
        idleSince = System.nanoTime();
        if (idleWatched) return;
        idleWatched = true;
        var _ = channel.eventLoop().schedule(this::lookAtIdle, keepaliveNanos, TimeUnit.NANOSECONDS);
    }

    private void lookAtIdle() {
        idleWatched = false;
        if (closed || !streams.isEmpty()) return;
        long left = idleSince + keepaliveNanos - System.nanoTime();
        if (left > 0) {
            idleWatched = true;
            var _ = channel.eventLoop().schedule(this::lookAtIdle, left, TimeUnit.NANOSECONDS);
        } else if (slot.retireIfUnused()) {
            finish(Http2Error.NO_ERROR);
        } else {
            // Somebody is about to begin.
            watchIdle();
        }
    }

    @Override
    public void shutDown() {
        try {
            channel.eventLoop().execute(() -> {
                finish(Http2Error.NO_ERROR);
                failAll(new Broken(Phase.BODY, "the edge is stopping"));
            });
        } catch (RejectedExecutionException e) {
            // The loop has ended and has closed its channels.
            slot.retire();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) lost("connection closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        lost(OriginConnection.reason(cause));
    }

    private void lost(String reason) {
        retire();
        closed = true;
        failAll(new Broken(Phase.BODY, reason));
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lost("connection closed");
        reader.release();
        output.release();
    }
}
