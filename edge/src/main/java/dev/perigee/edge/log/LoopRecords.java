package dev.perigee.edge.log;

import dev.perigee.core.geo.Locations;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.RealtimeLog;
import dev.perigee.edge.serve.Exchange;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Makes the real-time records of one event loop; only touched on that loop. */
final class LoopRecords {
    private static final int CAPACITY = 4 << 10;
    /** More names than configs may exist at once: others were deleted. */
    private static final int NAMES_MAX = 512;

    private final RealtimeLogs logs;
    private final FieldLine line;
    private final Map<String, Sampling> samplings = new HashMap<>();

    LoopRecords(RealtimeLogs logs, String edgeLocation, Locations locations) {
        this.logs = logs;
        this.line = new FieldLine(edgeLocation, locations, CAPACITY);
    }

    /** Makes a record of an exchange that has ended, if its behavior has them made and chance wants it. */
    void add(Exchange exchange, long nowMillis) {
        Behavior behavior = exchange.behavior();
        RealtimeLog log = behavior == null ? null : behavior.realtime();
        if (log == null || !sampling(log.name()).next(log.samplingRate())) return;
        line.append(log.fields(), true, exchange, nowMillis);
        byte[] record = line.out().since(0);
        line.out().cut(0);
        logs.add(log, record, nowMillis);
    }

    private Sampling sampling(String name) {
        Sampling known = samplings.get(name);
        if (known != null) return known;
        if (samplings.size() >= NAMES_MAX) samplings.clear();
        Sampling fresh = new Sampling(ThreadLocalRandom.current());
        samplings.put(name, fresh);
        return fresh;
    }
}
