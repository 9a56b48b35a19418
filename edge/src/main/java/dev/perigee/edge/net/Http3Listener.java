package dev.perigee.edge.net;

import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.serve.Plans;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicCodecDispatcher;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP sockets of an edge, one for each event loop on one port. They are there from the start, so that the port is known;
 * QUIC's library is loaded when the first distribution wants it, and until then packets are dropped.
 */
final class Http3Listener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Http3Listener.class);
    /** Larger than a packet of QUIC is on its way from a viewer. */
    private static final int PACKET_OCTETS = 2048;

    private static final int PACKETS_AT_ONCE = 16;
    private static final int SOCKET_OCTETS = 2 << 20;
    /** The three that HTTP/3 has, and some that are of no use here. */
    private static final int ONE_WAY_STREAMS = 8;

    private static final int ONE_WAY_OCTETS = 16 << 10;

    private final EventLoopGroup loops;
    private final EdgeLimits limits;
    private final Plans plans;
    private final QuicContexts contexts;
    private final Connections connections;
    private final AltSvc altSvc;
    private final Beginning beginning;
    private final List<Channel> channels = new ArrayList<>();
    private final List<QuicHandshakes> handshakes = new CopyOnWriteArrayList<>();
    private boolean begun;

    /** Makes the connection of a channel. */
    @FunctionalInterface
    interface Beginning {
        Http3Connection of(QuicChannel channel, QuicHandshakes handshakes);
    }

    Http3Listener(
            EventLoopGroup loops,
            EdgeLimits limits,
            Plans plans,
            QuicContexts contexts,
            Connections connections,
            AltSvc altSvc,
            Beginning beginning) {
        this.loops = loops;
        this.limits = limits;
        this.plans = plans;
        this.contexts = contexts;
        this.connections = connections;
        this.altSvc = altSvc;
        this.beginning = beginning;
    }

    /** Binds the port of the listener over TCP if nobody has it over UDP, else a free one. */
    InetSocketAddress open(InetSocketAddress sameAs) throws IOException {
        try {
            return bind(sameAs);
        } catch (BindException taken) {
            LOG.info("HTTP/3 gets a port of its own: {}", taken.getMessage());
            return bind(new InetSocketAddress(sameAs.getAddress(), 0));
        }
    }

    private InetSocketAddress bind(InetSocketAddress wanted) throws IOException {
        EventLoop first = loops.next();
        if (!Epoll.isAvailable()) {
            channels.add(bind(first, wanted, false));
            return local();
        }
        // A port that is shared could be shared with another process; so it is had alone first.
        Channel alone = bind(first, wanted, false);
        InetSocketAddress port = (InetSocketAddress) alone.localAddress();
        alone.close().awaitUninterruptibly();
        for (EventExecutor loop : loops) channels.add(bind((EventLoop) loop, port, true));
        return local();
    }

    private InetSocketAddress local() {
        return (InetSocketAddress) channels.getFirst().localAddress();
    }

    private Channel bind(EventLoop loop, InetSocketAddress address, boolean shared) throws BindException {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(Transport.packetChannels(address.getAddress()))
                .option(ChannelOption.SO_RCVBUF, SOCKET_OCTETS)
                .option(ChannelOption.SO_SNDBUF, SOCKET_OCTETS)
                .handler(new Dropping());
        if (Epoll.isAvailable()) {
            bootstrap
                    .option(UnixChannelOption.SO_REUSEPORT, shared)
                    .option(
                            ChannelOption.RECVBUF_ALLOCATOR,
                            new FixedRecvByteBufAllocator(PACKET_OCTETS * PACKETS_AT_ONCE))
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, PACKET_OCTETS);
        } else {
            bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(PACKET_OCTETS));
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (bound.isSuccess()) return bound.channel();
        BindException failure = new BindException("UDP " + address.getAddress().getHostAddress() + ":"
                + address.getPort() + " cannot be bound: " + bound.cause().getMessage());
        failure.initCause(bound.cause());
        throw failure;
    }

    /** Answers from here on, if this machine has QUIC, and tells other viewers so. */
    void begin() {
        if (begun || channels.isEmpty()) return;
        begun = true;
        if (!Quic.isAvailable()) {
            LOG.warn("no HTTP/3: QUIC is not to be had here ({})", String.valueOf(Quic.unavailabilityCause()));
            return;
        }
        ChannelHandler codec = new Dispatcher();
        for (Channel channel : channels) {
            channel.eventLoop()
                    .submit(() -> channel.pipeline().removeFirst() == null
                            ? channel.pipeline()
                            : channel.pipeline().addLast(codec))
                    .awaitUninterruptibly();
        }
        altSvc.announce(local().getPort());
    }

    /** Takes nobody new; connections there are go on. */
    void refuse() {
        for (QuicHandshakes each : handshakes) each.close();
    }

    @Override
    public void close() {
        for (Channel channel : channels) channel.close().awaitUninterruptibly();
    }

    private static final class Dropping extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    /** Brings packets of a viewer who has moved to the loop that has its connection. */
    private final class Dispatcher extends QuicCodecDispatcher {
        @Override
        protected void initChannel(Channel channel, int idLength, QuicConnectionIdGenerator ids) {
            QuicHandshakes own = new QuicHandshakes(plans, contexts);
            handshakes.add(own);
            channel.pipeline().addLast(codec(own, idLength, ids));
        }
    }

    private ChannelHandler codec(QuicHandshakes own, int idLength, QuicConnectionIdGenerator ids) {
        QuicServerCodecBuilder builder = new QuicServerCodecBuilder()
                .sslEngineProvider(channel -> own.begin(channel.alloc()))
                .maxIdleTimeout(limits.idleTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .initialMaxData(limits.http2().connectionWindowBytes())
                .initialMaxStreamDataBidirectionalRemote(limits.http2().streamWindowBytes())
                .initialMaxStreamDataUnidirectional(ONE_WAY_OCTETS)
                .initialMaxStreamsBidirectional(limits.http2().streamsMax())
                .initialMaxStreamsUnidirectional(ONE_WAY_STREAMS)
                .tokenHandler(new RetryTokens(own::busy, System::nanoTime))
                .localConnectionIdLength(idLength)
                .connectionIdAddressGenerator(ids)
                .handler(new Accepting(own));
        if (Epoll.isAvailable()) {
            builder.option(
                    QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR,
                    EpollQuicUtils.newSegmentedAllocator(PACKETS_AT_ONCE));
        }
        return builder.build();
    }

    private final class Accepting extends ChannelInitializer<QuicChannel> {
        private final QuicHandshakes own;

        private Accepting(QuicHandshakes own) {
            this.own = own;
        }

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        protected void initChannel(QuicChannel channel) {
            if (own.full() || !connections.admit()) {
                channel.close();
                return;
            }
            channel.closeFuture().addListener(_ -> connections.left());
            channel.pipeline().addLast(beginning.of(channel, own));
        }
    }
}
