package dev.perigee.edge.log;

import dev.perigee.core.plan.Distribution;
import dev.perigee.edge.serve.Exchange;

/** Log lines of one event loop on their way to the writer; only touched on that loop. */
public final class LogBuffer {
    private static final int CAPACITY = 48 << 10;
    private static final int HAND_OVER = 32 << 10;

    private final AccessLog log;
    private final LogRing ring;
    private final LogLine line;
    private final LoopRecords records;
    private LogBatch filling;

    LogBuffer(AccessLog log, LogRing ring, String edgeLocation, LoopRecords records) {
        this.log = log;
        this.records = records;
        this.ring = ring;
        this.line = new LogLine(edgeLocation, CAPACITY);
        this.filling = ring.filling();
    }

    /** Adds the line of an exchange that has ended. The remark before it stays on the edge. */
    public void add(Exchange exchange, long nowMillis) {
        line.remark(exchange);
        int start = line.length();
        line.append(exchange, nowMillis);
        filling.lines++;
        Distribution distribution = exchange.distribution();
        if (distribution != null && distribution.logging() != null) filling.mark(start, line.length(), distribution);
        records.add(exchange, nowMillis);
        if (line.length() >= HAND_OVER) flush();
    }

    /** Hands everything over to be written. */
    public void flush() {
        if (line.length() == 0) return;
        LogBatch full = filling;
        line.into(full, ring.array(CAPACITY));
        if (ring.handOver()) {
            filling = ring.filling();
            log.wake();
        } else {
            log.dropped(full.lines);
            ring.keep(full.clear());
        }
    }
}
