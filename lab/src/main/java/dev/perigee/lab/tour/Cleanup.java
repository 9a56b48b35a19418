package dev.perigee.lab.tour;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a tour must undo, last thing first; also when it fails and when the process is told to stop. Each step is tried,
 * whatever became of the others, and exactly once.
 */
final class Cleanup implements AutoCloseable {
    private final TourProgress progress;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final Thread onShutdown = Thread.ofPlatform().name("tour-cleanup").unstarted(this::run);

    /** Something to undo. */
    @FunctionalInterface
    interface Undo {
        void run() throws Exception;
    }

    private record Step(String what, Undo undo) {}

    Cleanup(TourProgress progress) {
        this.progress = progress;
        Runtime.getRuntime().addShutdownHook(onShutdown);
    }

    synchronized void add(String what, Undo undo) {
        steps.push(new Step(what, undo));
    }

    /** Takes a resource to close. */
    <T extends AutoCloseable> T closing(String what, T resource) {
        add(what, resource::close);
        return resource;
    }

    @Override
    public void close() {
        run();
        try {
            Runtime.getRuntime().removeShutdownHook(onShutdown);
        } catch (IllegalStateException stopping) {
            // The process is stopping, and the hook finds nothing left to do.
            return;
        }
    }

    /** Holds the lock throughout, so that a process that stops waits for a cleanup under way. */
    private synchronized void run() {
        for (@Nullable Step step = steps.poll(); step != null; step = steps.poll()) {
            try {
                step.undo().run();
            } catch (Exception failed) {
                progress.step("Could not " + step.what() + ": " + failed.getMessage());
            }
        }
    }
}
