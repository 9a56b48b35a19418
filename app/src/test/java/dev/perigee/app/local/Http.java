package dev.perigee.app.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One request over a socket of its own. */
final class Http {
    private Http() {}

    /** An answer as it came; status as text, since a test compares it. */
    record Answer(String status, String whole) {}

    static Answer get(String url) throws IOException {
        return get(url, URI.create(url).getAuthority());
    }

    static Answer get(String url, String host) throws IOException {
        URI uri = URI.create(url);
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            String request =
                    "GET " + uri.getRawPath() + query + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String whole = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Answer(whole.split(" ", 3)[1], whole);
        }
    }
}
