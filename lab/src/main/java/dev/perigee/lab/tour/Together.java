package dev.perigee.lab.tour;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks at the same time, each on a virtual thread, and waits for all of them. */
final class Together {
    private Together() {}

    /** Something to do that may fail as a tour fails. */
    @FunctionalInterface
    interface Task {
        void run() throws IOException, TourFailed;
    }

    /** Returns when all are done; a failure ends the others. */
    static void run(List<Task> tasks) throws IOException, TourFailed {
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("tour-", 0).factory());
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (Task task : tasks) {
                futures.add(threads.submit(() -> {
                    task.run();
                    return null;
                }));
            }
            for (Future<?> future : futures) future.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TourFailed known) throw known;
            if (failed.getCause() instanceof IOException lost) throw lost;
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        } finally {
            threads.shutdownNow();
        }
    }
}
