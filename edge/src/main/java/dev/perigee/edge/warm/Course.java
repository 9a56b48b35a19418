package dev.perigee.edge.warm;

import java.io.IOException;

/** Which requests, and how many: the parts in turn, as often as the course is long. */
enum Course {
    /** Until the JIT has little left to do. */
    WHOLE(10),
    /** Until each part was compiled once. */
    REHEARSED(1);

    private final int rounds;

    Course(int rounds) {
        this.rounds = rounds;
    }

    void run(WarmUpViewer viewer) throws IOException {
        for (int round = 0; round < rounds; round++) {
            viewer.inClear(WarmUpPlan.SMALL, 4_000);
            viewer.inClear(WarmUpPlan.MEDIUM, 1_000);
            viewer.inClear(WarmUpPlan.LARGE, 300);
            viewer.inClear(WarmUpPlan.HUGE, 40);
            viewer.various(400);
            viewer.brokenOff(100);
            viewer.misses(1_500);
            viewer.closed(500);
            viewer.encrypted(WarmUpPlan.MEDIUM, 1_000);
            viewer.encrypted(WarmUpPlan.HUGE, 30);
            viewer.http2(WarmUpPlan.SMALL, 6_000);
            viewer.http2(WarmUpPlan.MEDIUM, 2_000);
            viewer.handshakes(600);
        }
    }
}
