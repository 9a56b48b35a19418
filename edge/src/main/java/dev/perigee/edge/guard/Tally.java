package dev.perigee.edge.guard;

import dev.perigee.core.cost.PriceRegion;
import java.util.concurrent.atomic.LongAdder;

/** What was done for one distribution in one region this month. Any thread. */
public final class Tally {
    private final PriceRegion region;
    private final LongAdder octets = new LongAdder();
    private final LongAdder http = new LongAdder();
    private final LongAdder https = new LongAdder();

    Tally(PriceRegion region) {
        this.region = region;
    }

    /** A request came. */
    public void request(boolean secure) {
        (secure ? https : http).increment();
    }

    /** So much was sent, heads included. */
    public void sent(long more) {
        octets.add(more);
    }

    void add(long sent, long clear, long secure) {
        octets.add(sent);
        http.add(clear);
        https.add(secure);
    }

    void clear() {
        octets.reset();
        http.reset();
        https.reset();
    }

    double microUsd() {
        return region.microUsd(octets.sum(), http.sum(), https.sum());
    }

    LedgerFile.Line line(String month, String distribution) {
        return new LedgerFile.Line(month, distribution, region, octets.sum(), http.sum(), https.sum());
    }
}
