package dev.perigee.testkit;

import java.util.concurrent.CountDownLatch;

/** Closed until opened, and then open for good. */
final class Gate {
    private final CountDownLatch closed = new CountDownLatch(1);

    void open() {
        closed.countDown();
    }

    void pass() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
