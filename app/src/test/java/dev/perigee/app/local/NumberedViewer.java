package dev.perigee.app.local;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks at a steady rate, each request with a number in its query, until the connection ends. */
record NumberedViewer(String http, String host, int perSecond, long first) {
    private static final int PATIENCE_MILLISECONDS = 30_000;
    /** With what is special in logs. */
    private static final String AGENT = "\"a\" %\u00e9";

    /** By number, when the answer was there in {@link System#nanoTime()}. */
    Map<Long, Long> askUntilItEnds() {
        Map<Long, Long> answered = new HashMap<>();
        URI uri = URI.create(http);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLISECONDS);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            long began = System.nanoTime();
            for (long i = 0; ; i++) {
                long due = began + TimeUnit.SECONDS.toNanos(i) / perSecond;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime())
                    LockSupport.parkNanos(left);
                String request = "GET /a.jpg?n=" + (first + i) + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: "
                        + AGENT + "\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                if (!SteadyViewers.isOk(in)) throw new AssertionError("not a 200");
                answered.put(first + i, System.nanoTime());
            }
        } catch (IOException killed) {
            return answered;
        }
    }
}
