package dev.perigee.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How long a scenario waits for something that must happen before it calls it missing. */
final class Patience {
    static final int SECONDS = 10;

    private Patience() {}

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
