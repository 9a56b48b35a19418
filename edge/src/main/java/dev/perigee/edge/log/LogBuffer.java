package dev.perigee.edge.log;

import dev.perigee.core.geo.Locations;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.RecordDelivery;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.trace.RequestTraces;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Log lines of one event loop on their way to the writer; only touched on that loop. */
public final class LogBuffer {
    private static final int CAPACITY = 48 << 10;
    private static final int HAND_OVER = 32 << 10;

    private final AccessLog log;
    private final LogRing<Distribution> ring;
    private final LogLine line;
    private final LoopRecords records;
    private final @Nullable RequestTraces traces;
    private LogBatch<Distribution> filling;

    // Records of standard logs of version 2, whose array is there once somebody has them delivered.
    private final LogRing<RecordDelivery> deliveries;
    private final FieldLine fields;
    private LogBatch<RecordDelivery> delivering;

    LogBuffer(
            AccessLog log,
            LogRing<Distribution> ring,
            LogRing<RecordDelivery> deliveries,
            String edgeLocation,
            Locations locations,
            LoopRecords records,
            @Nullable RequestTraces traces) {
        this.log = log;
        this.records = records;
        this.traces = traces;
        this.ring = ring;
        this.line = new LogLine(edgeLocation, CAPACITY);
        this.filling = ring.filling();
        this.deliveries = deliveries;
        this.fields = new FieldLine(edgeLocation, locations, 0);
        this.delivering = deliveries.filling();
    }

    /** Adds the line of an exchange that has ended. The remark before it stays on the edge. */
    public void add(Exchange exchange, long nowMillis) {
        line.remark(exchange);
        int start = line.length();
        line.append(exchange, nowMillis);
        filling.lines++;
        Distribution distribution = exchange.distribution();
        if (distribution != null) {
            if (distribution.logging() != null) filling.mark(start, line.length(), distribution);
            List<RecordDelivery> wanted = distribution.deliveries();
            for (int i = 0; i < wanted.size(); i++) record(wanted.get(i), exchange, nowMillis);
        }
        records.add(exchange, nowMillis);
        if (traces != null) traces.ended(exchange);
        if (line.length() >= HAND_OVER) flush();
    }

    /** A line of the fields that a delivery has, behind the time, which decides on the object. */
    private void record(RecordDelivery delivery, Exchange exchange, long nowMillis) {
        LogText out = fields.out();
        int start = out.length();
        out.number(nowMillis).tab();
        fields.append(delivery.fields(), delivery.cookies(), exchange, nowMillis);
        delivering.lines++;
        delivering.mark(start, out.length(), delivery);
        if (out.length() >= HAND_OVER) flushRecords();
    }

    /** Hands everything over to be written. */
    public void flush() {
        flushRecords();
        if (line.length() == 0) return;
        LogBatch<Distribution> full = filling;
        line.into(full, ring.array(CAPACITY));
        if (ring.handOver()) {
            filling = ring.filling();
            log.handedOver();
        } else {
            log.dropped(full.lines);
            full.clear();
        }
    }

    private void flushRecords() {
        LogText out = fields.out();
        if (out.length() == 0) return;
        LogBatch<RecordDelivery> full = delivering;
        out.into(full, deliveries.array(CAPACITY));
        if (deliveries.handOver()) {
            delivering = deliveries.filling();
            log.handedOver();
        } else {
            log.dropped(full.lines);
            full.clear();
        }
    }
}
