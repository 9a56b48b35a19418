package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import tech.kwik.core.ConnectionTerminatedEvent;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.StreamClosedException;
import tech.kwik.core.log.NullLogger;

/**
 * A connection of a viewer that speaks HTTP/3 as it should, over QUIC and QPACK of somebody else's: one virtual thread for
 * each stream reads the answer.
 */
public final class Http3Session implements StreamSession {
    /** Less than so many packets as there are octets by themselves. */
    private static final int PIECE = 4096;

    private static final int ALONE = 8;

    private final QuicClientConnection connection;
    private final DatagramSocket socket;
    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<ConnectionTerminatedEvent> terminated = new CompletableFuture<>();
    private final Object lock = new Object();
    private @Nullable QuicStream control;
    private boolean paused;
    private volatile boolean finished;

    private Http3Session(QuicClientConnection connection, DatagramSocket socket) {
        this.connection = connection;
        this.socket = socket;
    }

    /**
     * Connects to a place, as a viewer who asks for this host. Seldom, on a machine with more to do than it can, a handshake of
     * this client does not come to its end in any time; so it tries once more, and says so.
     */
    static Http3Session open(InetSocketAddress edge, String host, X509TrustManager trust) throws IOException {
        try {
            return connected(edge, host, trust);
        } catch (ConnectException e) {
            System.out.println("HTTP/3 to " + host + ", a second try: " + e.getMessage());
            return connected(edge, host, trust);
        }
    }

    private static Http3Session connected(InetSocketAddress edge, String host, X509TrustManager trust)
            throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(edge.getAddress(), 0));
        QuicClientConnection connection =
                builder(edge, host, trust).socketFactory(_ -> socket).build();
        Http3Session session = new Http3Session(connection, socket);
        connection.setConnectionListener(session.terminated::complete);
        connection.setPeerInitiatedStreamCallback(stream -> session.reader(() -> session.drop(stream)));
        try {
            connection.connect();
            session.control = connection.createStream(false);
            session.control.getOutputStream().write(new byte[] {Http3Octets.CONTROL, Http3Octets.SETTINGS, 0});
            return session;
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** The control stream, on which SETTINGS have been sent. */
    public QuicStream control() {
        return Objects.requireNonNull(control);
    }

    /** How a viewer who asks for this host connects. */
    static QuicClientConnection.Builder builder(InetSocketAddress edge, String host, X509TrustManager trust) {
        return QuicClientConnection.newBuilder()
                .host(host)
                .port(edge.getPort())
                .proxy(edge.getAddress().getHostAddress())
                .applicationProtocol("h3")
                .customTrustManager(trust)
                // Loopback: closing takes three times what a loss would be noticed in.
                .initialRtt(20)
                .connectTimeout(Duration.ofSeconds(Patience.SECONDS))
                .maxOpenPeerInitiatedUnidirectionalStreams(3)
                .logger(new NullLogger());
    }

    /** Begins a stream with these octets. */
    public QuicStream begin(boolean twoWay, byte[]... octets) throws IOException {
        QuicStream stream = connection.createStream(twoWay);
        for (byte[] part : octets) write(stream.getOutputStream(), part);
        return stream;
    }

    /** Sends these octets as a whole request, or as much of it as the edge wants. */
    public QuicStream send(byte[]... octets) throws IOException {
        QuicStream stream = connection.createStream(true);
        OutputStream out = stream.getOutputStream();
        try {
            for (byte[] part : octets) write(out, part);
            out.close();
        } catch (IOException refused) {
            // The edge has answered before it had all; its answer says why.
        }
        return stream;
    }

    /** What comes of a request: the status of its answer, or how it ended otherwise. */
    public String outcome(QuicStream stream) throws IOException {
        try (DataInputStream in = new DataInputStream(stream.getInputStream())) {
            long type = Http3Octets.number(in);
            if (type != Http3Octets.HEADERS) return "frame " + type;
            byte[] section = in.readNBytes((int) Http3Octets.number(in));
            return String.valueOf(Http3Octets.fields(section).first(":status"));
        } catch (StreamClosedException closed) {
            return terminated.isDone() ? "connection closed" : "reset";
        }
    }

    /** The error of HTTP/3 that the edge ends the connection with; -1 when it names none. */
    public long closedWith() throws Exception {
        Long code = terminated.get(Patience.SECONDS, TimeUnit.SECONDS).applicationErrorCode();
        return code == null ? -1 : code;
    }

    private void reader(Runnable reading) {
        Thread reader = Thread.ofVirtual().name("viewer").unstarted(reading);
        readers.add(reader);
        reader.start();
    }

    private void drop(QuicStream stream) {
        try (InputStream in = stream.getInputStream()) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException connectionOver) {
            finished = true;
        }
    }

    @Override
    public boolean finished() {
        return finished || !connection.isConnected();
    }

    @Override
    public int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void send(
            Exchange exchange,
            String method,
            String target,
            String authority,
            Fields fields,
            @Nullable Content content,
            boolean waits) {
        List<String> lines = new ArrayList<>(
                List.of(":method", method, ":scheme", "https", ":authority", authority, ":path", target));
        for (int i = 0; i < fields.size(); i++) {
            lines.add(fields.name(i).toLowerCase(Locale.ROOT));
            lines.add(fields.value(i).strip());
        }
        try {
            QuicStream stream = connection.createStream(true);
            OutputStream out = stream.getOutputStream();
            write(out, Http3Octets.headers(lines.toArray(String[]::new)));
            if (content == null) out.close();
            StreamAnswer answer = new StreamAnswer(exchange, method);
            reader(() -> read(stream, answer));
            if (content == null || (waits && !exchange.awaitContinue())) return;
            upload(out, content.toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Little by little, with octets by themselves in between: kwik's sender can overtake who writes. It then sends one packet and
     * waits for more to be written, however much there is.
     */
    private static void write(OutputStream out, byte[] octets) throws IOException {
        for (int from = 0; from < octets.length; from += PIECE) {
            int to = Math.min(from + PIECE, octets.length);
            int alone = Math.max(from, to - ALONE);
            out.write(octets, from, alone - from);
            for (int i = alone; i < to; i++) out.write(octets, i, 1);
        }
    }

    private static void upload(OutputStream out, byte[] content) {
        try {
            write(out, Http3Octets.frameHead(Http3Octets.DATA, content.length));
            write(out, content);
            out.close();
        } catch (IOException refused) {
            // The edge did not want all of it; its answer says why. A writer that waited was interrupted.
            Thread.interrupted();
        }
    }

    private void read(QuicStream stream, StreamAnswer answer) {
        try (DataInputStream in = new DataInputStream(new Pausable(stream.getInputStream()))) {
            boolean trailers = false;
            while (true) {
                long type = Http3Octets.number(in);
                if (type < 0) break;
                long length = Http3Octets.number(in);
                if (length < 0) throw new MalformedHttp("a frame without a length");
                if (type == Http3Octets.HEADERS) answer.head(Http3Octets.fields(in.readNBytes((int) length)));
                else if (type == Http3Octets.DATA && !trailers) content(in, length, answer);
                else throw new MalformedHttp("frame of type " + type);
            }
            answer.end();
        } catch (MalformedHttp malformed) {
            answer.broken(malformed);
        } catch (IOException | RuntimeException reset) {
            answer.broken(reset);
        } finally {
            readers.remove(Thread.currentThread());
        }
    }

    private static void content(InputStream in, long length, StreamAnswer answer) throws IOException {
        byte[] part = new byte[16_384];
        for (long left = length; left > 0; ) {
            int count = in.read(part, 0, (int) Math.min(left, part.length));
            if (count < 0) throw new EOFException("the stream ended within a frame");
            answer.content(Arrays.copyOf(part, count));
            left -= count;
        }
    }

    @Override
    public void pause(boolean pause) {
        synchronized (lock) {
            paused = pause;
            lock.notifyAll();
        }
    }

    @Override
    public void close() {
        finished = true;
        connection.closeAndWait(Duration.ofSeconds(1));
        socket.close();
        pause(false);
        for (Thread reader : readers) {
            reader.interrupt();
            try {
                reader.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Reads nothing while the viewer pauses, so that its window fills up. */
    private final class Pausable extends InputStream {
        private final InputStream in;

        Pausable(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            synchronized (lock) {
                while (paused && !finished) {
                    try {
                        lock.wait();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("interrupted while pausing", e);
                    }
                }
            }
            return in.read(bytes, offset, length);
        }
    }
}
