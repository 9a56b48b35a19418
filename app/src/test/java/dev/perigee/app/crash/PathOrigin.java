package dev.perigee.app.crash;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** An origin whose content is a function of path and version, so that every octet that comes of it can be judged. */
final class PathOrigin implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Integer> versions = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();

    PathOrigin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    long requests() {
        return requests.get();
    }

    int version(String path) {
        return versions.getOrDefault(path, 1);
    }

    /** From now on the path has other content of the same length. */
    int newVersion(String path) {
        return versions.merge(path, 2, (old, unused) -> old + 1);
    }

    /** Paths below /l/ are large. */
    static long size(String path) {
        int spread = Math.floorMod(path.hashCode() * 0x9E3779B9, 50_000);
        return path.startsWith("/l/") ? (2L << 20) + 40L * spread : 200 + spread;
    }

    /** Content from a position on. */
    static void fill(byte[] into, int count, String path, int version, long from) {
        long seed = path.hashCode() * 0xD1B54A32D192ED03L + version * 0x632BE59BD9B4E019L;
        for (int i = 0; i < count; i++) into[i] = at(seed, from + i);
    }

    private static byte at(long seed, long position) {
        long mixed = ((position >>> 3) + seed) * 0x9E3779B97F4A7C15L;
        return (byte) ((mixed ^ (mixed >>> 29)) >>> ((position & 7) * 8));
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        String path = exchange.getRequestURI().getPath();
        int version = version(path);
        String tag = "\"v" + version + '"';
        var asked = exchange.getRequestHeaders();
        exchange.getResponseHeaders().add("ETag", tag);
        exchange.getResponseHeaders().add("Cache-Control", "max-age=3600");
        long size = size(path);
        String range = asked.getFirst("Range");
        String condition = asked.getFirst("If-Range");
        if (tag.equals(asked.getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
        } else if (range != null && (condition == null || condition.equals(tag))) {
            String[] ends = range.substring("bytes=".length()).split("-", -1);
            long first = Long.parseLong(ends[0]);
            long last = ends[1].isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(ends[1]));
            exchange.getResponseHeaders().add("Content-Range", "bytes " + first + '-' + last + '/' + size);
            send(exchange, path, version, 206, first, last + 1);
        } else {
            send(exchange, path, version, 200, 0, size);
        }
        exchange.close();
    }

    private static void send(HttpExchange exchange, String path, int version, int status, long from, long to)
            throws IOException {
        exchange.sendResponseHeaders(status, to - from);
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = exchange.getResponseBody()) {
            for (long at = from; at < to; at += CHUNK) {
                int count = (int) Math.min(CHUNK, to - at);
                fill(chunk, count, path, version, at);
                out.write(chunk, 0, count);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
