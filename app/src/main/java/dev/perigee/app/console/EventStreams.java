package dev.perigee.app.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.perigee.app.live.LiveEdges;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Server-sent events, to so many listeners at a time. The edges are asked once a second, however many listen, and only then. */
final class EventStreams {
    static final int STREAMS_MAX = 32;
    private static final int PERIOD_MILLIS = 1_000;
    private static final int FRESH_MILLIS = 900;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final Semaphore free = new Semaphore(STREAMS_MAX);
    private final LiveEdges edges;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ObjectNode picture;
    private long taken;

    EventStreams(LiveEdges edges) {
        this.edges = edges;
    }

    /** What is sent each second. */
    interface Source {
        JsonNode next() throws IOException;
    }

    /** The live picture, no older than a second. */
    ObjectNode live() {
        lock.lock();
        try {
            ObjectNode known = picture;
            long now = System.nanoTime();
            if (known != null && now - taken < (long) FRESH_MILLIS * NANOS_PER_MILLI) return known;
            ObjectNode fresh = edges.picture();
            picture = fresh;
            taken = now;
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    /** Sends until the listener is gone or the console closes. Returns false, having sent nothing, when too many listen. */
    boolean send(HttpExchange exchange, Source source) throws IOException {
        if (!free.tryAcquire()) return false;
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            while (!Thread.currentThread().isInterrupted()) {
                out.write(("data: " + source.next() + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            free.release();
        }
        return true;
    }
}
