package dev.perigee.app.local;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Requests one after the other over one connection, whose answers name their length. */
final class KeptConnection implements AutoCloseable {
    private static final int PATIENCE_MILLISECONDS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private final byte[] request;

    /** An answer with its field lines in lower case. */
    record Answer(String head, String body) {
        boolean hit() {
            return head.contains("\r\nx-cache: hit from cloudfront\r\n");
        }
    }

    KeptConnection(String http, String host, String path) throws IOException {
        URI uri = URI.create(http);
        socket = new Socket(uri.getHost(), uri.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLISECONDS);
        in = new BufferedInputStream(socket.getInputStream());
        request = ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    Answer get() throws IOException {
        socket.getOutputStream().write(request);
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) head.append((char) octet());
        String lines = head.toString().toLowerCase(Locale.ROOT);
        if (!lines.startsWith("http/1.1 200 ")) throw new IOException("not 200: " + lines);
        int length = lines.indexOf("\r\ncontent-length: ") + "\r\ncontent-length: ".length();
        int octets = Integer.parseInt(lines, length, lines.indexOf("\r\n", length), 10);
        byte[] body = in.readNBytes(octets);
        if (body.length < octets) throw new EOFException("content broke off after " + body.length);
        return new Answer(lines, new String(body, StandardCharsets.US_ASCII));
    }

    private int octet() throws IOException {
        int octet = in.read();
        if (octet < 0) throw new EOFException("connection ended");
        return octet;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
