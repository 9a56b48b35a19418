package dev.perigee.edge.origin;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A raw server on a free loopback port that does on each connection exactly what its script says. */
final class ScriptedOrigin implements AutoCloseable {
    /** What happens on one connection; when it returns, the connection is closed. */
    interface Script {
        void run(Peer peer) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private ScriptedOrigin(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
    }

    static ScriptedOrigin start(Script script) throws IOException {
        return start(new ServerSocket(), script);
    }

    static ScriptedOrigin start(ServerSocket unbound, Script script) throws IOException {
        unbound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var origin = new ScriptedOrigin(unbound, script);
        Thread.ofVirtual().start(origin::accept);
        return origin;
    }

    /** Answers every request on every connection with these bytes, and closes never. */
    static ScriptedOrigin answering(String answer) throws IOException {
        return start(peer -> {
            while (peer.readHead() != null) peer.send(answer);
        });
    }

    /** Answers one request with these bytes, and closes. */
    static ScriptedOrigin answeringOnce(String answer) throws IOException {
        return start(peer -> {
            peer.readHead();
            peer.send(answer);
        });
    }

    int port() {
        return server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** Request heads in the order in which they came. */
    List<String> heads() {
        return heads;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                int number = accepted.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, number));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            script.run(new Peer(socket, number));
        } catch (IOException | InterruptedException e) {
            // The client ended the connection, or the test is over.
        }
    }

    /** Ends everything before the test does. */
    void kill() throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) socket.close();
    }

    /** One connection, seen from the origin. */
    final class Peer {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private final int number;

        private Peer(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.number = number;
            in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
            out = socket.getOutputStream();
        }

        /** Connections are counted from 1. */
        int number() {
            return number;
        }

        Socket socket() {
            return socket;
        }

        /** The next request head with its empty line, or null at the end of the connection. */
        @Nullable
        String readHead() throws IOException {
            var head = new ByteArrayOutputStream();
            int matched = 0;
            while (matched < 4) {
                int next = in.read();
                if (next < 0) return null;
                head.write(next);
                matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            heads.add(text);
            return text;
        }

        byte[] read(int count) throws IOException {
            return in.readNBytes(count);
        }

        /** Reads until the client closes. */
        void readToEnd() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }

        String readLine() throws IOException {
            var line = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                line.append((char) next);
                if (next == '\n') break;
            }
            return line.toString();
        }

        void send(String bytes) throws IOException {
            send(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** Ends the connection with a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
