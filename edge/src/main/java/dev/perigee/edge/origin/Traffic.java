package dev.perigee.edge.origin;

import java.util.concurrent.atomic.LongAdder;

/** Counters of one client. */
record Traffic(LongAdder requests, LongAdder bytes, LongAdder opened, LongAdder closed) {
    Traffic() {
        this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
}
