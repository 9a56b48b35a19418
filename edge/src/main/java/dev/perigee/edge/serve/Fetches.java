package dev.perigee.edge.serve;

import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.store.Fill;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests that wait for an origin or a disk: so many at once, each on a virtual thread. */
final class Fetches {
    private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);

    private final Delivery delivery;
    private final Semaphore permits;

    Fetches(Delivery delivery, int max) {
        this.delivery = delivery;
        this.permits = new Semaphore(max);
    }

    void onVirtualThread(Exchange x, Runnable task) {
        onVirtualThread(x, task, null);
    }

    /** Moves the request, once and to its end; a reference to the fill moves with it. */
    void onVirtualThread(Exchange x, Runnable task, @Nullable Fill carried) {
        if (start(x.viewer(), guarded(x, task))) return;
        if (carried != null) carried.release();
        delivery.reject(x, Rejection.CAPACITY);
    }

    Runnable guarded(Exchange x, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("request {} failed", x.idText(), e);
                x.viewer().execute(() -> delivery.cut(x));
            }
        };
    }

    /** Takes a permit, for who begins without a thread. */
    boolean begin() {
        return permits.tryAcquire();
    }

    /** Gives it back. */
    void end() {
        permits.release();
    }

    boolean start(Viewer viewer, Runnable task) {
        if (!permits.tryAcquire()) return false;
        try {
            goOn(viewer, task);
            return true;
        } catch (RejectedExecutionException _) {
            permits.release();
            return false;
        }
    }

    /** With a permit, which the thread gives back. */
    void goOn(Viewer viewer, Runnable task) {
        viewer.loop()
                .threads()
                .newThread(() -> {
                    try {
                        task.run();
                    } finally {
                        permits.release();
                    }
                })
                .start();
    }
}
