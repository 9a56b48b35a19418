package dev.perigee.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An origin with one object of any size under every path, that serves single ranges as RFC 9110 says. */
public final class RangingOrigin implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final long size;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private volatile int version = 1;
    private volatile boolean ranges = true;
    private volatile boolean dated;
    private volatile long cutAfter = Long.MAX_VALUE;
    private volatile String cacheControl = "max-age=3600";
    private volatile boolean heedsConditions = true;
    private final AtomicInteger answersLeft = new AtomicInteger(Integer.MAX_VALUE);

    private RangingOrigin(long size) throws IOException {
        this.size = size;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * An origin on a free port of loopback.
     *
     * @param size of the object in octets
     */
    public static RangingOrigin start(long size) {
        try {
            return new RangingOrigin(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** From now on the object is another one of the same size. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public RangingOrigin newVersion() {
        version = version + 1; // by the test's thread alone
        return this;
    }

    /** From now on every range gets the whole object. */
    public RangingOrigin withoutRanges() {
        ranges = false;
        return this;
    }

    /** It tells versions apart by Last-Modified alone. */
    public RangingOrigin withDatesOnly() {
        dated = true;
        return this;
    }

    public RangingOrigin cacheControl(String value) {
        cacheControl = value;
        return this;
    }

    /** From now on it sends what is asked for whether or not the asker has it. */
    public RangingOrigin withoutConditions() {
        heedsConditions = false;
        return this;
    }

    /** After so many more answers it says 503 to everything. */
    public RangingOrigin downAfter(int answers) {
        answersLeft.set(answers);
        return this;
    }

    /** The next answer breaks off after so many octets of content. */
    public RangingOrigin cutOnceAfter(long octets) {
        cutAfter = octets;
        return this;
    }

    /** The Range fields of the requests so far; {@code -} for a request without. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Octets of content sent, or at least handed to the kernel. */
    public long sent() {
        return sent.get();
    }

    /** What the object holds at a position, in the version in force. */
    public byte at(long position) {
        return at(version, position);
    }

    private static byte at(int version, long position) {
        long mixed = ((position >>> 3) + version * 0x632BE59BD9B4E019L) * 0x9E3779B97F4A7C15L;
        return (byte) ((mixed ^ (mixed >>> 29)) >>> ((position & 7) * 8));
    }

    private String tag(int of) {
        return "\"v" + of + '"';
    }

    private String date(int of) {
        return "Sun, 01 Nov 2020 00:00:0" + of + " GMT";
    }

    private void answer(HttpExchange exchange) throws IOException {
        int now = version;
        String range = exchange.getRequestHeaders().getFirst("Range");
        asked.add(range == null ? "-" : range);
        var fields = exchange.getResponseHeaders();
        fields.add("Cache-Control", cacheControl);
        if (dated) fields.add("Last-Modified", date(now));
        else fields.add("ETag", tag(now));
        String same = exchange.getRequestHeaders().getFirst("If-None-Match");
        String condition = exchange.getRequestHeaders().getFirst("If-Range");
        boolean holds = condition == null || condition.equals(dated ? date(now) : tag(now));
        long[] wanted = ranges && range != null && holds ? resolve(range) : null;
        String since = exchange.getRequestHeaders().getFirst("If-Modified-Since");
        boolean unchanged = dated ? date(now).equals(since) : tag(now).equals(same);
        if (answersLeft.getAndDecrement() <= 0) {
            exchange.sendResponseHeaders(503, -1);
        } else if (heedsConditions && unchanged) {
            exchange.sendResponseHeaders(304, -1);
        } else if (wanted == null) {
            send(exchange, now, 200, 0, size);
        } else if (wanted[0] >= size) {
            fields.add("Content-Range", "bytes */" + size);
            exchange.sendResponseHeaders(416, -1);
        } else {
            fields.add("Content-Range", "bytes " + wanted[0] + '-' + wanted[1] + '/' + size);
            send(exchange, now, 206, wanted[0], wanted[1] + 1);
        }
        exchange.close();
    }

    private long @Nullable [] resolve(String range) {
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        if (range.contains(",")) return null;
        if (ends[0].isEmpty()) return new long[] {Math.max(0, size - Long.parseLong(ends[1])), size - 1};
        long last = ends[1].isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(ends[1]));
        return new long[] {Long.parseLong(ends[0]), last};
    }

    private void send(HttpExchange exchange, int of, int status, long from, long to) throws IOException {
        long cut = cutAfter;
        cutAfter = Long.MAX_VALUE;
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) exchange.getResponseHeaders().add("Content-Length", Long.toString(to - from));
        exchange.sendResponseHeaders(status, head ? -1 : to - from);
        if (head) return;
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = exchange.getResponseBody()) {
            for (long at = from; at < to; ) {
                int count = (int) Math.min(CHUNK, to - at);
                count = (int) Math.min(count, cut - (at - from));
                for (int i = 0; i < count; i++) chunk[i] = at(of, at + i);
                out.write(chunk, 0, count);
                sent.addAndGet(count);
                at += count;
                if (at - from == cut) {
                    out.flush();
                    throw new IOException("cut on purpose");
                }
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
