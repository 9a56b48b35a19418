package dev.perigee.app.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that holds things tidy up when Ctrl-C or SIGTERM ends the process: its thread is interrupted, and the
 * process waits for it a while.
 */
final class Interruption {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread command = Thread.currentThread();

    private Interruption() {}

    static Interruption arm() {
        var interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(interruption::tidyUp));
        return interruption;
    }

    void done() {
        ended.countDown();
    }

    private void tidyUp() {
        if (ended.getCount() == 0) return;
        command.interrupt();
        try {
            boolean _ = ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
