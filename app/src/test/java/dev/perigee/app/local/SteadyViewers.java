package dev.perigee.app.local;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Viewers who ask at a steady rate, whatever the answers take: an answer that comes late makes those behind it late, and each is
 * counted from when its request was due. Every request has a number of its own in the query.
 */
final class SteadyViewers implements AutoCloseable {
    private static final int PATIENCE_MILLISECONDS = 30_000;

    private final List<Viewer> viewers = new ArrayList<>();
    private final ExecutorService threads;
    private final int perSecond;

    /** What they saw. */
    record Seen(int requests, int failed, Duration p99, Duration longest) {}

    /** @param perSecond of each viewer */
    SteadyViewers(String http, String host, int viewers, int perSecond) {
        this.perSecond = perSecond;
        for (int i = 0; i < viewers; i++) this.viewers.add(new Viewer(http, host, i));
        threads = Executors.newFixedThreadPool(viewers);
    }

    /**
     * Asks for so long.
     *
     * @param path without query
     * @param name which the queries begin with, before the viewer's and the request's number
     * @param filler at the query's end
     */
    Seen ask(String path, String name, String filler, Duration howLong) throws Exception {
        int requests = (int) (howLong.toMillis() * perSecond / 1000);
        List<Callable<long[]>> tasks = new ArrayList<>();
        for (Viewer viewer : viewers) tasks.add(() -> viewer.ask(path + '?' + name, filler, requests));
        List<Long> all = new ArrayList<>();
        int failed = 0;
        for (Future<long[]> done : threads.invokeAll(tasks)) {
            long[] taken = done.get();
            for (long each : taken) all.add(each);
            failed += (int) Arrays.stream(taken).filter(each -> each < 0).count();
        }
        long[] sorted = all.stream().mapToLong(each -> each).sorted().toArray();
        return new Seen(
                sorted.length,
                failed,
                Duration.ofNanos(sorted[sorted.length * 99 / 100]),
                Duration.ofNanos(sorted[sorted.length - 1]));
    }

    /** One connection at a time. */
    private final class Viewer {
        private final URI uri;
        private final String host;
        private final int number;
        private int asked;

        Viewer(String http, String host, int number) {
            this.uri = URI.create(http);
            this.host = host;
            this.number = number;
        }

        /** How long each took in nanoseconds; -1 for what is no 200. */
        long[] ask(String target, String filler, int requests) throws IOException {
            try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(PATIENCE_MILLISECONDS);
                return ask(socket, target, filler, requests);
            }
        }

        private long[] ask(Socket socket, String target, String filler, int requests) throws IOException {
            var in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
            long[] taken = new long[requests];
            long began = System.nanoTime();
            for (int i = 0; i < requests; i++) {
                long due = began + TimeUnit.SECONDS.toNanos(i) / perSecond;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime())
                    LockSupport.parkNanos(left);
                String query = String.format(Locale.ROOT, "-%d-%08d", number, asked++) + filler;
                String request = "GET " + target + query + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                boolean good = isOk(in);
                taken[i] = good ? System.nanoTime() - due : -1;
            }
            return taken;
        }
    }

    /** Reads an answer; whether it is a 200. */
    static boolean isOk(InputStream in) throws IOException {
        boolean good = line(in).startsWith("HTTP/1.1 200 ");
        long length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:"))
                length = Long.parseLong(lower.substring(15).strip());
        }
        in.skipNBytes(length);
        return good;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) throw new EOFException("connection ended");
            line.append((char) octet);
        }
        return line.toString().strip();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
