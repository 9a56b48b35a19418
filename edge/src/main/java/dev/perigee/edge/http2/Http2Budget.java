package dev.perigee.edge.http2;

import dev.perigee.edge.Http2Limits;
import java.util.concurrent.TimeUnit;

/**
 * How much of what costs work and brings nothing one connection has left: streams that end without an answer, and frames
 * such as PING. Answers earn some of it back, since who is served also sends window updates and changes its mind; the
 * rest comes back with time.
 */
public final class Http2Budget {
    private static final long REFILL_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int NUISANCES_PER_ANSWER = 8;
    private static final int OCTETS_PER_NUISANCE = 1024;
    /** A frame of content may be answered with a window update, and a PING that measures the path (gRPC does). */
    private static final int NUISANCES_PER_CONTENT = 2;

    private final Http2Limits limits;
    private int resets;
    private int nuisances;
    private int octets;
    private long since;

    public Http2Budget(Http2Limits limits, long nowNanos) {
        this.limits = limits;
        this.since = nowNanos;
    }

    /** A stream ended without an answer, whoever ended it: false when that was one too many. */
    public boolean reset() {
        return ++resets <= limits.resetsMax() || afterRefill();
    }

    public boolean nuisance(int weight) {
        nuisances += weight;
        return nuisances <= limits.nuisancesMax() || afterRefill();
    }

    public void answered() {
        if (resets > 0) resets--;
        nuisances = Math.max(0, nuisances - NUISANCES_PER_ANSWER);
    }

    /** A frame with so many octets of content was sent. */
    public void sent(int content) {
        octets += content;
        nuisances = Math.max(0, nuisances - NUISANCES_PER_CONTENT - octets / OCTETS_PER_NUISANCE);
        octets %= OCTETS_PER_NUISANCE;
    }

    private boolean afterRefill() {
        long now = System.nanoTime();
        double share = Math.min(1.0, (double) (now - since) / REFILL_NANOS);
        int back = (int) (share * limits.resetsMax());
        int calm = (int) (share * limits.nuisancesMax());
        // Only when a whole unit of the scarcer kind has come back: else asking often would lose the fractions.
        if (Math.min(back, calm) > 0) {
            resets = Math.max(0, resets - back);
            nuisances = Math.max(0, nuisances - calm);
            since = now;
        }
        return resets <= limits.resetsMax() && nuisances <= limits.nuisancesMax();
    }
}
