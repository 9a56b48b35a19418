package dev.perigee.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How long a scenario waits for something that must happen before it calls it missing. */
public final class Patience {
    static final int SECONDS = 10;
    /** How long an edge may say nothing to one viewer: many may be waiting until the last of them has come. */
    static final int SILENCE_SECONDS = 3 * SECONDS;

    private Patience() {}

    /** Waits for what must come true, and fails when it does not. */
    public static void eventually(String claim, BooleanSupplier holds) {
        if (!until(Duration.ofSeconds(SECONDS), holds)) throw new AssertionError("never came true: " + claim);
    }

    /** Polls for what only the operating system or another component knows; false when it never came true. */
    static boolean until(Duration atMost, BooleanSupplier holds) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) return false;
            LockSupport.parkNanos(2_000_000);
        }
        return true;
    }
}
