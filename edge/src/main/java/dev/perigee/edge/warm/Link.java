package dev.perigee.edge.warm;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import org.jspecify.annotations.Nullable;

/** A connection of one thread, in clear or by TLS, whose calls wait. */
final class Link implements AutoCloseable {
    /** More than a TLS record takes. */
    private static final int ROOM = 32 << 10;

    /** Of the octets of a response, the first of its status. */
    private static final int STATUS_AT = 9;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final @Nullable SSLEngine engine;
    /** As from the socket, to be read from. */
    private final ByteBuffer in = ByteBuffer.allocateDirect(ROOM).flip();
    /** Decrypted, to be read from. */
    private final ByteBuffer clear = ByteBuffer.allocateDirect(ROOM).flip();

    private final ByteBuffer out = ByteBuffer.allocateDirect(ROOM);

    private Link(InetSocketAddress address, @Nullable SSLEngine engine) throws IOException {
        this.engine = engine;
        this.channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    static Link inClear(InetSocketAddress address) throws IOException {
        return new Link(address, null);
    }

    static Link encrypted(InetSocketAddress address, SslContext context) throws IOException {
        SSLEngine engine = context.newEngine(ByteBufAllocator.DEFAULT, WarmUpPlan.HOST, address.getPort());
        Link link = new Link(address, engine);
        try {
            link.handshake(engine);
            return link;
        } catch (IOException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    private void handshake(SSLEngine tls) throws IOException {
        tls.beginHandshake();
        while (true) {
            switch (tls.getHandshakeStatus()) {
                case NEED_WRAP -> wrap(tls, NOTHING);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap(tls);
                case NEED_TASK -> tls.getDelegatedTask().run();
                default -> {
                    return;
                }
            }
        }
    }

    void send(byte[] octets) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(octets);
        if (engine == null) {
            write(content);
            return;
        }
        while (content.hasRemaining()) wrap(engine, content);
    }

    private void wrap(SSLEngine tls, ByteBuffer content) throws IOException {
        tls.wrap(content, out.clear());
        write(out.flip());
    }

    private void write(ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) channel.write(octets);
    }

    /** Takes what has come, and waits when nothing has. */
    private void unwrap(SSLEngine tls) throws IOException {
        clear.compact();
        SSLEngineResult result = tls.unwrap(in, clear);
        clear.flip();
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) throw new EOFException("the edge has closed");
        if (result.getStatus() != SSLEngineResult.Status.BUFFER_UNDERFLOW) return;
        in.compact();
        int count = channel.read(in);
        in.flip();
        if (count < 0) throw new EOFException("the edge has closed");
    }

    /** What has come and was not taken yet, at least one octet of it. */
    ByteBuffer received() throws IOException {
        if (engine == null) {
            if (!in.hasRemaining()) {
                int count = channel.read(in.clear());
                in.flip();
                if (count < 0) throw new EOFException("the edge has closed");
            }
            return in;
        }
        while (!clear.hasRemaining()) unwrap(engine);
        return clear;
    }

    byte next() throws IOException {
        return received().get();
    }

    void skip(long octets) throws IOException {
        for (long left = octets; left > 0; ) {
            ByteBuffer there = received();
            int count = (int) Math.min(left, there.remaining());
            there.position(there.position() + count);
            left -= count;
        }
    }

    /** A response by HTTP/1.1 with content of this length, whose status has to begin with this digit. */
    void skipResponse(char status, int length) throws IOException {
        skip(STATUS_AT);
        if (next() != status) throw new IOException("the edge has answered with something else");
        // The last four octets: an empty line ends the head.
        int last = 0;
        while (last != 0x0d0a0d0a) last = (last << 8) | next();
        skip(length);
    }

    /** Until the edge closes. */
    void skipAll() throws IOException {
        try {
            while (true) skip(received().remaining());
        } catch (EOFException _) {
            // As wanted.
        }
    }

    /** Whoever waits for something on it waits no longer; by another thread than the one it is of. */
    void abort() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        if (engine != null) ReferenceCountUtil.release(engine);
        channel.close();
    }
}
