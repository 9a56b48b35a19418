package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopThreadsTest {
    private final EventLoopGroup loops = Transport.loops("carrying", 1);
    private final EventLoop loop = loops.next();
    private final LoopThreads threads = new LoopThreads("test");
    private final ThreadFactory factory = threads.of(loop);

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        threads.close();
    }

    @Test
    void theTestsRunWithTheJdkOpened() {
        assertTrue(LoopThreads.available());
    }

    @Test
    void aThreadIsCarriedByItsLoopBeforeAndAfterWaiting() throws Exception {
        var wake = new CompletableFuture<String>();
        var seen = new CompletableFuture<String>();
        factory.newThread(() -> {
                    String before = carrier();
                    wake.join();
                    seen.complete(before + ' ' + carrier());
                })
                .start();
        // The loop is free meanwhile: it runs this although the thread waits.
        loop.execute(() -> wake.complete("now"));
        String carriers = seen.get(5, TimeUnit.SECONDS);
        String[] both = carriers.split(" ", -1);
        assertEquals(both[0], both[1]);
        assertTrue(both[0].startsWith("carrying"), carriers);
    }

    @Test
    void aLockHeldByAThreadThatWaitsForTheLoopDoesNotHoldTheLoopForEver() throws Exception {
        var lock = new ReentrantLock();
        var held = new CountDownLatch(1);
        var wake = new CompletableFuture<String>();
        var loopHadIt = new CompletableFuture<Boolean>();
        factory.newThread(() -> {
                    lock.lock();
                    try {
                        held.countDown();
                        wake.join();
                    } finally {
                        lock.unlock();
                    }
                })
                .start();
        assertTrue(held.await(5, TimeUnit.SECONDS));
        loop.execute(() -> {
            wake.complete("queued behind this very task");
            lock.lock();
            try {
                loopHadIt.complete(true);
            } finally {
                lock.unlock();
            }
        });
        assertTrue(loopHadIt.get(5, TimeUnit.SECONDS));
    }

    @Test
    void aThreadThatWaitsWhenTheLoopEndsComesToItsEnd() throws Exception {
        var wake = new CompletableFuture<String>();
        var begun = new CountDownLatch(1);
        Thread waiting = factory.newThread(() -> {
            begun.countDown();
            wake.join();
        });
        waiting.start();
        assertTrue(begun.await(5, TimeUnit.SECONDS));
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        assertTrue(loop.isTerminated());
        wake.complete("late");
        assertTrue(waiting.join(java.time.Duration.ofSeconds(5)));
        assertFalse(waiting.isAlive());
    }

    /** A virtual thread's text ends with its carrier's name: {@code VirtualThread[#1,fetch]/runnable@carrying-1-1}. */
    private static String carrier() {
        String text = Thread.currentThread().toString();
        assertNotNull(text);
        return text.substring(text.indexOf('@') + 1);
    }
}
