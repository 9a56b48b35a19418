package dev.perigee.lab.tour;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A viewer at one place, at the end of one path. Asks for photos and measures through its sockets where the time goes.
 *
 * @param path the link that leads to the server, opened with CONNECT
 * @param resolver answers questions for addresses as the resolver of this place does
 */
record Viewer(InetSocketAddress path, InetSocketAddress resolver, ViewerTls tls, String host, int port) {
    private static final int SILENCE_MILLIS_MAX = 30_000;
    private static final int CONNECT_ANSWER_BYTES_MAX = 4_096;

    /** A measured request and its answer. */
    record Measured(Timing timing, Answer answer) {}

    /** One request over a new connection: name, TCP, TLS, request. */
    Measured fetch(String target) throws IOException {
        return fetch(target, (_, _) -> OutputStream.nullOutputStream());
    }

    /** The same for who wants the photo as it comes. */
    Measured fetch(String target, HttpReader.Body body) throws IOException {
        SSLContext context = tls.newViewer();
        long start = System.nanoTime();
        Lookup.ask(resolver, host);
        long resolved = System.nanoTime();
        try (Socket tunnel = connect()) {
            long connected = System.nanoTime();
            try (SSLSocket socket = ViewerTls.over(tunnel, context, host, port)) {
                socket.startHandshake();
                long secured = System.nanoTime();
                HttpReader reader = new HttpReader(socket.getInputStream());
                send(socket.getOutputStream(), target, true);
                Answer answer = reader.read(body);
                long done = System.nanoTime();
                Timing timing = Timing.ofNanos(
                        resolved - start,
                        connected - resolved,
                        secured - connected,
                        reader.firstByteAt() - secured,
                        done - reader.firstByteAt());
                return new Measured(timing, answer);
            }
        }
    }

    /** A connection that stays, as a browser keeps one. */
    Session open() throws IOException {
        return new Session(this);
    }

    /** A viewer's connection over which one request follows another; connects anew after the server closed it. */
    static final class Session implements AutoCloseable {
        private final Viewer viewer;
        private final SSLContext context;
        private @Nullable SSLSocket socket;
        private @Nullable HttpReader reader;

        private Session(Viewer viewer) throws IOException {
            this.viewer = viewer;
            this.context = viewer.tls().newViewer();
        }

        Answer get(String target) throws IOException {
            SSLSocket open = socket;
            HttpReader answers = reader;
            if (open == null || answers == null) {
                open = ViewerTls.over(viewer.connect(), context, viewer.host(), viewer.port());
                socket = open;
                answers = new HttpReader(open.getInputStream());
                reader = answers;
            }
            send(open.getOutputStream(), viewer.host(), target, false);
            Answer answer = answers.read();
            if (!answer.keepsConnection()) close();
            return answer;
        }

        @Override
        public void close() throws IOException {
            SSLSocket open = socket;
            socket = null;
            reader = null;
            if (open != null) open.close();
        }
    }

    /** The answer to CONNECT comes when TCP's handshake with the far end would be done. */
    private Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(SILENCE_MILLIS_MAX);
            socket.connect(path, SILENCE_MILLIS_MAX);
            String request = "CONNECT " + host + ":" + port + " HTTP/1.1\r\nHost: " + host + ":" + port + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            readEstablished(socket.getInputStream());
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private static void readEstablished(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() == CONNECT_ANSWER_BYTES_MAX) throw new IOException("the path is closed");
            head.append((char) next);
        }
        if (!head.toString().startsWith("HTTP/1.1 200")) throw new IOException("the path refuses: " + head);
    }

    private void send(OutputStream out, String target, boolean last) throws IOException {
        send(out, host, target, last);
    }

    private static void send(OutputStream out, String host, String target, boolean last) throws IOException {
        String request =
                "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: perigee-tour\r\nAccept: image/*\r\n"
                        + (last ? "Connection: close\r\n" : "") + "\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
