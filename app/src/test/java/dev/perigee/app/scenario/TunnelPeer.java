package dev.perigee.app.scenario;

import dev.perigee.core.http.WebSocketHandshake;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A raw connection that speaks HTTP until it is upgraded, on either side of the edge. */
final class TunnelPeer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    TunnelPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    static TunnelPeer viewer(int port) throws IOException {
        return new TunnelPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** An origin whose connections wait to be taken. */
    static final class Origin implements AutoCloseable {
        private final ServerSocket listener;
        private final BlockingQueue<TunnelPeer> accepted = new LinkedBlockingQueue<>();

        Origin() throws IOException {
            this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        }

        Origin(ServerSocket listener) {
            this.listener = listener;
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) accepted.add(new TunnelPeer(listener.accept()));
                } catch (IOException closed) {
                    // The scenario has ended.
                }
            });
        }

        int port() {
            return listener.getLocalPort();
        }

        TunnelPeer next() throws InterruptedException {
            TunnelPeer next = accepted.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (next == null) throw new AssertionError("the edge did not connect");
            return next;
        }

        boolean untouched() {
            return accepted.isEmpty();
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (TunnelPeer left : accepted) left.close();
        }
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
    }

    /** A head, up to its empty line. */
    String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) throw new IOException("ended after: " + head);
            head.write(octet);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    String read(int octets) throws IOException {
        return new String(in.readNBytes(octets), StandardCharsets.ISO_8859_1);
    }

    byte[] readOctets(int octets) throws IOException {
        return in.readNBytes(octets);
    }

    /** Whether the other side has ended its output; waits for it. A reset is an end too. */
    boolean atEnd() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Whether for so many milliseconds nothing comes, not even the end. */
    boolean staysOpenAndQuiet(int milliseconds) throws IOException {
        int usual = socket.getSoTimeout();
        socket.setSoTimeout(milliseconds);
        try {
            in.mark(1);
            int next = in.read();
            if (next >= 0) in.reset();
            return false;
        } catch (SocketTimeoutException _) {
            return true;
        } finally {
            socket.setSoTimeout(usual);
        }
    }

    int available() throws IOException {
        return in.available();
    }

    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Agrees to the handshake in this request head. */
    void accept(String requestHead) throws IOException {
        String key = field(requestHead, "Sec-WebSocket-Key");
        send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + WebSocketHandshake.accept(key) + "\r\n\r\n");
    }

    static String field(String head, String name) {
        for (String line : head.split("\r\n", -1)) {
            if (line.regionMatches(true, 0, name + ": ", 0, name.length() + 2)) {
                return line.substring(name.length() + 2);
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
