package dev.perigee.edge.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Virtual threads that are carried by an event loop: code that waits stays plain, and a request never changes from one
 * thread of the system to another (decision 008). The JDK keeps the choice of a carrier to itself; it has to be opened
 * with {@code --add-opens java.base/java.lang=ALL-UNNAMED}. Without that the JDK's carriers are used: everything works,
 * only dearer.
 *
 * <p>What holds its thread rather than parking (files, compression) must not run here.
 *
 * <p>A loop can be held up by a lock whose holder is a virtual thread that waits for that very loop. So what a loop did
 * not get to for a while is carried by a spare thread instead.
 */
final class LoopThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopThreads.class);
    private static final String NAME = "fetch";
    /** Long for a loop that works, short for a viewer who waits. */
    private static final long LATE_MILLIS = 100;

    private static final int SPARES_MAX = 8;
    private static final @Nullable Constructor<?> BUILDER = builder();

    private final List<Carrier> carriers = new ArrayList<>();
    private final ThreadPoolExecutor spares;
    private final ScheduledThreadPoolExecutor watch;

    LoopThreads(String name) {
        spares = new ThreadPoolExecutor(
                SPARES_MAX,
                SPARES_MAX,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name + "-spare-", 0).factory());
        spares.allowCoreThreadTimeOut(true);
        watch = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name + "-watch").factory());
        if (BUILDER != null) {
            watch.scheduleWithFixedDelay(this::relieve, LATE_MILLIS, LATE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether the JDK lets loops carry virtual threads. */
    static boolean available() {
        return BUILDER != null;
    }

    /** Makes threads for the requests of one loop. */
    ThreadFactory of(EventLoop loop) {
        if (BUILDER == null) return Thread.ofVirtual().name(NAME).factory();
        Carrier carrier = new Carrier(loop, spares);
        carriers.add(carrier);
        return factory(BUILDER, carrier);
    }

    private static ThreadFactory factory(Constructor<?> builder, Executor carrier) {
        try {
            return ((Thread.Builder.OfVirtual) builder.newInstance(carrier))
                    .name(NAME)
                    .factory();
        } catch (ReflectiveOperationException e) {
            LOG.warn("event loops cannot carry virtual threads: {}", e.toString());
            return Thread.ofVirtual().name(NAME).factory();
        }
    }

    private static @Nullable Constructor<?> builder() {
        try {
            Constructor<?> found = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            found.setAccessible(true);
            return found;
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            LOG.info("virtual threads use the JDK's carriers: {}", e.toString());
            return null;
        }
    }

    private void relieve() {
        for (Carrier carrier : carriers) carrier.relieve();
    }

    /** After the loops: what still waits is carried to its end by spare threads. */
    @Override
    public void close() {
        watch.shutdownNow();
    }

    /** Carries on one event loop. Its queue is apart from the loop's, so that another thread can help out. */
    private static final class Carrier implements Executor {
        private final EventExecutor loop;
        private final ThreadPoolExecutor spares;
        private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
        private final Runnable next = this::runNext;
        /** The head of the queue when it was last looked at. Only for the watching thread. */
        private @Nullable Runnable seen;

        private Carrier(EventExecutor loop, ThreadPoolExecutor spares) {
            this.loop = loop;
            this.spares = spares;
        }

        @Override
        public void execute(Runnable continuation) {
            waiting.add(continuation);
            try {
                loop.execute(next);
            } catch (RejectedExecutionException _) {
                // The loop has ended. A thread that is never continued would keep what it holds for ever.
                spares.execute(next);
            }
        }

        private void runNext() {
            Runnable continuation = waiting.poll();
            if (continuation != null) continuation.run();
        }

        /** A head that has not moved since the last look: the loop is held up. */
        @SuppressWarnings("ReferenceEquality")
        private void relieve() {
            Runnable head = waiting.peek();
            if (head != null && head == seen) {
                for (int count = waiting.size(); count > 0; count--) spares.execute(next);
            }
            seen = head;
        }
    }
}
