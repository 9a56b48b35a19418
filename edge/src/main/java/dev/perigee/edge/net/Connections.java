package dev.perigee.edge.net;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All viewer connections of an edge. Safe from any thread. */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final int max;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<OpenConnection> open = ConcurrentHashMap.newKeySet();

    Connections(int max) {
        this.max = max;
    }

    /** Whether one more is within the limit; if so, it counts until {@link #left}. */
    boolean admit() {
        if (count.incrementAndGet() <= max) return true;
        count.decrementAndGet();
        return false;
    }

    void left() {
        count.decrementAndGet();
    }

    void opened(OpenConnection connection) {
        open.add(connection);
    }

    void closed(OpenConnection connection) {
        open.remove(connection);
    }

    void failed(Throwable cause) {
        if (!(cause instanceof IOException) && !(cause instanceof io.netty.handler.codec.DecoderException)) {
            LOG.warn("a viewer connection failed", cause);
        }
    }

    int count() {
        return count.get();
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Lets each finish its response, then closes it. */
    void drain() {
        for (OpenConnection connection : open) connection.execute(connection::drain);
    }

    void abort() {
        for (OpenConnection connection : open) connection.execute(connection::abort);
    }
}
