package dev.perigee.edge.log;

import dev.perigee.edge.serve.Exchange;

/** Log lines of one event loop on their way to the file; only touched on that loop. */
public final class LogBuffer {
    private static final int CAPACITY = 48 << 10;
    private static final int HAND_OVER = 32 << 10;

    private final AccessLog log;
    private final LogLine line;

    LogBuffer(AccessLog log, String edgeLocation) {
        this.log = log;
        this.line = new LogLine(edgeLocation, CAPACITY);
    }

    /** Adds the line of an exchange that has ended. */
    public void add(Exchange exchange, long nowMillis) {
        line.append(exchange, nowMillis);
        if (line.length() >= HAND_OVER) flush();
    }

    /** Hands everything over to be written. */
    public void flush() {
        if (line.length() > 0) log.write(line.take());
    }
}
