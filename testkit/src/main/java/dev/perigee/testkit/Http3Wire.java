package dev.perigee.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A viewer's QUIC connection at the level of streams: it sends whatever the test says, right or wrong, as fast as it may. Over
 * Netty's QUIC, because the other client cannot be relied on when streams end before they have begun.
 */
public final class Http3Wire implements AutoCloseable {
    private final EventLoopGroup loops;
    private final QuicChannel connection;
    private final CompletableFuture<Long> closed;
    private final Stream control;
    private boolean starved;

    private Http3Wire(EventLoopGroup loops, QuicChannel connection, CompletableFuture<Long> closed) throws IOException {
        this.loops = loops;
        this.connection = connection;
        this.closed = closed;
        this.control = begin(false, new byte[] {Http3Octets.CONTROL, Http3Octets.SETTINGS, 0});
    }

    static Http3Wire open(InetSocketAddress edge, String host, X509TrustManager trust) throws Exception {
        QuicSslContext tls = QuicSslContextBuilder.forClient()
                .trustManager(trust)
                .applicationProtocols("h3")
                .build();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Channel packets = new Bootstrap()
                    .group(loops)
                    .channel(NioDatagramChannel.class)
                    .handler(codec(quic -> tls.newEngine(quic.alloc(), host, edge.getPort())))
                    .bind(new InetSocketAddress(edge.getAddress(), 0))
                    .sync()
                    .channel();
            CompletableFuture<Long> closed = new CompletableFuture<>();
            QuicChannel connection = QuicChannel.newBootstrap(packets)
                    .handler(new Closing(closed))
                    .streamHandler(new Dropping())
                    .remoteAddress(edge)
                    .connect()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
            return new Http3Wire(loops, connection, closed);
        } catch (Exception e) {
            end(loops);
            throw e;
        }
    }

    private static ChannelHandler codec(Function<QuicChannel, QuicSslEngine> engines) {
        return new QuicClientCodecBuilder()
                .sslEngineProvider(engines)
                .maxIdleTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .initialMaxData(1 << 20)
                .initialMaxStreamDataBidirectionalLocal(1 << 18)
                .initialMaxStreamDataUnidirectional(1 << 16)
                .initialMaxStreamsUnidirectional(3)
                .build();
    }

    /** The control stream, on which SETTINGS have been sent. */
    public Stream control() {
        return control;
    }

    /** Begins a stream with these octets, once the edge allows one more. */
    public Stream begin(boolean twoWay, byte[]... octets) throws IOException {
        QuicStreamType type = twoWay ? QuicStreamType.BIDIRECTIONAL : QuicStreamType.UNIDIRECTIONAL;
        Stream[] begun = new Stream[1];
        boolean came = Patience.until(Duration.ofSeconds(Patience.SECONDS), () -> {
            if (!connection.isActive()) return true;
            Stream stream = new Stream();
            var created = connection.createStream(type, stream).awaitUninterruptibly();
            if (!created.isSuccess()) return false;
            begun[0] = stream;
            return true;
        });
        if (!came) {
            starved = true;
            throw new IOException("the edge allows no stream");
        }
        if (begun[0] == null) throw new IOException("the connection is closed");
        for (byte[] part : octets) begun[0].write(part);
        return begun[0];
    }

    /** Sends these octets as a whole request. */
    public Stream send(byte[]... octets) throws IOException {
        Stream stream = begin(true, octets);
        stream.end();
        return stream;
    }

    /** Whether the edge allowed no more streams for as long as was waited. */
    public boolean starved() {
        return starved;
    }

    public boolean finished() {
        return !connection.isActive();
    }

    /** The error of HTTP/3 that the edge ends the connection with; -1 when it names none. */
    public long closedWith() throws Exception {
        return closed.get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    private static void end(EventLoopGroup loops) {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(Patience.SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        connection.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        connection.parent().close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        end(loops);
    }

    private static final class Closing extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Long> closed;

        Closing(CompletableFuture<Long> closed) {
            this.closed = closed;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof QuicConnectionCloseEvent end)
                closed.complete(end.isApplicationClose() ? Long.valueOf(end.error()) : Long.valueOf(-1));
            ctx.fireUserEventTriggered(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            closed.complete(-1L);
        }
    }

    /** What the edge says on streams of its own. */
    private static final class Dropping extends ChannelInboundHandlerAdapter {
        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    /** A stream, with what has come back on it. */
    public final class Stream extends ChannelInboundHandlerAdapter {
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final CompletableFuture<String> outcome = new CompletableFuture<>();
        private volatile @Nullable QuicStreamChannel channel;

        private Stream() {}

        private QuicStreamChannel channel() {
            QuicStreamChannel it = channel;
            if (it == null) throw new IllegalStateException("no stream yet");
            return it;
        }

        /** Sends, without waiting for the edge to take it. */
        public void write(byte[] octets) {
            channel().writeAndFlush(Unpooled.wrappedBuffer(octets));
        }

        /** Sends no more than what has been written. */
        public void end() {
            channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        }

        /** Breaks off what was being sent (RESET_STREAM). */
        public void reset(int error) {
            var it = channel();
            it.shutdownOutput(error, it.newPromise());
        }

        /** Takes no answer (STOP_SENDING). */
        public void refuse(int error) {
            var it = channel();
            it.shutdownInput(error, it.newPromise());
        }

        /** What comes of a request: the status of its answer, or how it ended otherwise. */
        public String outcome() throws Exception {
            try {
                return outcome.get(Patience.SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                return "nothing within " + Patience.SECONDS + " s: " + e;
            }
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            channel = (QuicStreamChannel) ctx.channel();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
            ByteBuf octets = (ByteBuf) message;
            octets.readBytes(received, octets.readableBytes());
            octets.release();
            look();
        }

        private void look() throws IOException {
            var in = new DataInputStream(new ByteArrayInputStream(received.toByteArray()));
            if (in.available() < 2) return;
            long type = Http3Octets.number(in);
            if (type != Http3Octets.HEADERS) {
                outcome.complete("frame " + type);
                return;
            }
            long length = Http3Octets.number(in);
            if (length > in.available()) return;
            outcome.complete(String.valueOf(
                    Http3Octets.fields(in.readNBytes((int) length)).first(":status")));
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) outcome.complete("ended");
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            outcome.complete(connection.isActive() ? "reset" : "connection closed");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            outcome.complete("reset");
        }
    }
}
