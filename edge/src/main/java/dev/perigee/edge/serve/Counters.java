package dev.perigee.edge.serve;

import java.util.concurrent.atomic.LongAdder;

/** What an edge has done since it started. */
public final class Counters {
    private final LongAdder requests = new LongAdder();
    private final LongAdder hits = new LongAdder();
    private final LongAdder octets = new LongAdder();

    void count(Exchange x) {
        requests.increment();
        octets.add(x.sentOctets());
        if (x.result() == CacheResult.HIT || x.result() == CacheResult.REFRESH_HIT) hits.increment();
    }

    public long requests() {
        return requests.sum();
    }

    public long hits() {
        return hits.sum();
    }

    /** Octets sent to viewers, heads included. */
    public long octets() {
        return octets.sum();
    }
}
