package dev.perigee.edge.origin;

import dev.perigee.edge.net.hpack.HpackWriter;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An origin that speaks HTTP/2 frame by frame, as right or as wrong as a test wants it. */
final class FrameOrigin implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final X509Bundle ROOT = issue("CN=Frames", null);
    private static final X509Bundle OWN = issue("CN=origin.test", ROOT, "origin.test");
    private static final KeyManager[] KEYS = keys();

    /** What one connection does. */
    interface Script {
        void run(Wire wire) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload) {
        int number() {
            return ByteBuffer.wrap(payload).getInt();
        }
    }

    private final SSLServerSocket listener;
    private final Queue<SSLSocket> sockets = new ConcurrentLinkedQueue<>();
    final AtomicInteger connections = new AtomicInteger();
    /** Types of the frames that the edge has sent. */
    final Queue<Integer> types = new ConcurrentLinkedQueue<>();

    private FrameOrigin(Script script) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(KEYS, null, null);
        listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        listener.setSSLParameters(parameters);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(() -> accept(script));
    }

    static FrameOrigin start(Script script) {
        try {
            return new FrameOrigin(script);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Once for all: it goes through a key store that is encrypted by 10,000 rounds. */
    private static KeyManager[] keys() {
        try {
            return OWN.toKeyManagerFactory().getKeyManagers();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Bundle issue(String subject, @Nullable X509Bundle issuer, String... names) {
        try {
            var builder = new CertificateBuilder().subject(subject).ecp256();
            for (String name : names) builder.addSanDnsName(name);
            return issuer == null
                    ? builder.setIsCertificateAuthority(true).buildSelfSigned()
                    : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static X509Certificate root() {
        return ROOT.getCertificate();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept(Script script) {
        try {
            while (true) {
                SSLSocket socket = (SSLSocket) listener.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        script.run(new Wire(socket, types));
                    } catch (IOException gone) {
                        // The edge has ended it.
                    }
                });
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (SSLSocket socket : sockets) socket.close();
        } catch (IOException e) {
            // Closed already.
        }
    }

    /** One connection. */
    static final class Wire {
        private final Queue<Integer> types;
        private final DataInputStream in;
        private final DataOutputStream out;

        private Wire(SSLSocket socket, Queue<Integer> types) throws IOException {
            this.types = types;
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
        }

        /** Reads the preface and sends SETTINGS with these identifiers and values. */
        Wire begin(int... settings) throws IOException {
            in.readNBytes(24);
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            DataOutputStream to = new DataOutputStream(payload);
            for (int i = 0; i < settings.length; i += 2) {
                to.writeShort(settings[i]);
                to.writeInt(settings[i + 1]);
            }
            return frame(SETTINGS, 0, 0, payload.toByteArray()).flush();
        }

        Frame next() throws IOException {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            types.add(type);
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            return new Frame(type, flags, stream, in.readNBytes(length));
        }

        /** Reads on to a frame of this type. */
        Frame await(int type) throws IOException {
            while (true) {
                Frame frame = next();
                if (frame.type() == type) return frame;
            }
        }

        /** Reads until the edge ends the connection. */
        void drain() throws IOException {
            while (true) next();
        }

        Wire frame(int type, int flags, int stream, byte... payload) throws IOException {
            out.writeByte(payload.length >> 16);
            out.writeShort(payload.length);
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload);
            return this;
        }

        Wire number(int type, int stream, int value) throws IOException {
            return frame(
                    type, 0, stream, (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value);
        }

        Wire goAway(int last) throws IOException {
            byte[] payload = new byte[8];
            payload[3] = (byte) last;
            return frame(GOAWAY, 0, 0, payload);
        }

        Wire section(int stream, boolean last, String... lines) throws IOException {
            return frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block(lines));
        }

        static byte[] block(String... lines) {
            HpackWriter section = new HpackWriter();
            for (int i = 0; i < lines.length; i += 2) section.field(lines[i], lines[i + 1]);
            return section.toBytes();
        }

        Wire flush() throws IOException {
            out.flush();
            return this;
        }
    }
}
