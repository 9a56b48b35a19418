package dev.perigee.edge.log;

import dev.perigee.core.plan.RealtimeLog;
import java.util.random.RandomGenerator;

/**
 * Chooses requests: of each hundred exactly so many as the rate says, and which of them is chance. So a share is kept closely,
 * and no rhythm of viewers is one with ours.
 */
final class Sampling {
    private static final int BLOCK = RealtimeLog.RATE_MAX;

    private final RandomGenerator random;
    private int left;
    private int wanted;

    Sampling(RandomGenerator random) {
        this.random = random;
    }

    /** Whether the next request is one of them; the rate may change. */
    boolean next(int rate) {
        if (rate >= BLOCK) return true;
        if (left == 0) {
            left = BLOCK;
            wanted = rate;
        }
        // Each one that is still possible is as likely as the others (selection sampling).
        boolean chosen = random.nextInt(left--) < wanted;
        if (chosen) wanted--;
        return chosen;
    }
}
