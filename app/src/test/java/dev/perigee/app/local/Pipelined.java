package dev.perigee.app.local;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Very many requests over one connection, several under way at a time. */
final class Pipelined implements AutoCloseable {
    private static final int PATIENCE_MILLISECONDS = 30_000;
    private static final int UNDER_WAY = 50;

    private final Socket socket;
    private final InputStream in;
    private final String host;

    Pipelined(String http, String host) throws IOException {
        this(http, host, "");
    }

    /** @param first sent before all requests, such as a PROXY header */
    Pipelined(String http, String host, String first) throws IOException {
        URI uri = URI.create(http);
        socket = new Socket(uri.getHost(), uri.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLISECONDS);
        in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
        this.host = host;
        socket.getOutputStream().write(first.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Asks for these, one after the other and so many times all in all; whatever the answers are, there is one for each. */
    void get(List<String> targets, int requests, String fields) throws IOException {
        for (int done = 0; done < requests; ) {
            int batch = Math.min(UNDER_WAY, requests - done);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < batch; i++) {
                String target = targets.get((done + i) % targets.size());
                text.append("GET ")
                        .append(target)
                        .append(" HTTP/1.1\r\nHost: ")
                        .append(host)
                        .append("\r\n");
                text.append(fields).append("\r\n");
            }
            socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
            for (int i = 0; i < batch; i++) answer();
            done += batch;
        }
    }

    private void answer() throws IOException {
        if (!line().startsWith("HTTP/1.1 ")) throw new IOException("not an answer");
        long length = 0;
        boolean chunked = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:"))
                length = Long.parseLong(lower.substring(15).strip());
            if (lower.startsWith("transfer-encoding:")) chunked = true;
        }
        if (chunked) chunks();
        else in.skipNBytes(length);
    }

    private void chunks() throws IOException {
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            in.skipNBytes(size);
            line();
        }
        line();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            int octet = in.read();
            if (octet < 0) throw new EOFException("connection ended");
            if (octet == '\n') return line.toString().strip();
            line.append((char) octet);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
