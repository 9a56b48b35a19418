package dev.perigee.app.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Asks an edge again and again, from an address of loopback's network. */
final class Statuses {
    private Statuses() {}

    /** The status of each of so many requests, all on one connection. */
    static List<Integer> of(String edge, String host, String from, int count, String path, String fields)
            throws IOException {
        List<Integer> statuses = new ArrayList<>();
        int port = URI.create(edge).getPort();
        try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
            InputStream in = socket.getInputStream();
            for (int i = 0; i < count; i++) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                statuses.add(skipResponse(in));
            }
        }
        return statuses;
    }

    private static int skipResponse(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) throw new AssertionError("ended after " + head);
            head.append((char) octet);
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length: ") + 16;
        in.skipNBytes(Long.parseLong(lower.substring(at, lower.indexOf('\r', at))));
        return Integer.parseInt(head.substring(9, 12));
    }
}
