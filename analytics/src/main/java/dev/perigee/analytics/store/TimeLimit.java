package dev.perigee.analytics.store;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Ends a statement that takes too long. A question may be endless (WITH RECURSIVE), and nothing is taken in while one is open. */
final class TimeLimit implements AutoCloseable {
    private final Thread watch;
    private volatile boolean reached;

    TimeLimit(Statement statement, Duration limit) {
        watch = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(limit);
                reached = true;
                statement.cancel();
            } catch (InterruptedException inTime) {
                Thread.currentThread().interrupt();
            } catch (SQLException over) {
                // It has ended by itself meanwhile.
            }
        });
    }

    boolean reached() {
        return reached;
    }

    /** Returns when nothing can be cancelled any more: the next statement of the connection is not this one's to end. */
    @Override
    public void close() {
        watch.interrupt();
        boolean interrupted = false;
        while (watch.isAlive()) {
            try {
                watch.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
