package dev.perigee.control.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.compile.Compilation.Problem;
import dev.perigee.control.compile.CompileOptions;
import dev.perigee.control.compile.DistributionResource;
import dev.perigee.control.compile.PlanCompiler;
import dev.perigee.control.compile.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

@Timeout(60)
final class PublisherTest {
    private static final Backoff FAST = new Backoff(Duration.ofMillis(1), Duration.ofMillis(20));

    private final AtomicLong revision = new AtomicLong(1);
    private final AtomicLong config = new AtomicLong(1);
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger readFailures = new AtomicInteger();
    private final BlockingQueue<Long> acknowledged = new LinkedBlockingQueue<>();
    private final ScriptedEdge iad = new ScriptedEdge("IAD");
    private final ScriptedEdge syd = new ScriptedEdge("SYD");
    private Publisher publisher = publisher(iad, syd);

    @AfterEach
    void closeLeavesNoThread() {
        publisher.close();
        boolean alive = Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("publisher"));
        assertFalse(alive);
    }

    @Test
    void publishesTheSnapshotAtStart() throws InterruptedException {
        publisher.start();
        assertEquals(1, acknowledged());
        assertEquals(List.of(new EdgeState("IAD", 1, 0, null), new EdgeState("SYD", 1, 0, null)), statesAtRest());
        assertEquals(1, publisher.acknowledged());
    }

    @Test
    void publishesANewerRevision() throws InterruptedException {
        publisher.start();
        assertEquals(1, acknowledged());
        advanceTo(2);
        assertEquals(2, acknowledged());
        assertEquals(List.of(1L, 2L), iad.offered());
    }

    @Test
    void revisionsDuringASlowOfferBecomeOne() throws InterruptedException {
        var gate = new CountDownLatch(1);
        iad.holding(gate);
        syd.holding(gate);
        publisher.start();
        iad.awaitOffers(1);
        syd.awaitOffers(1);
        for (long version = 2; version <= 500; version++) advanceTo(version);
        gate.countDown();
        awaitAcknowledged(500);
        assertTrue(iad.offered().size() <= 3, () -> "offered " + iad.offered());
    }

    @Test
    void slowEdgeHoldsBackOnlyTheAcknowledgement() throws InterruptedException {
        var gate = new CountDownLatch(1);
        syd.holding(gate);
        publisher.start();
        iad.awaitOffers(1);
        advanceTo(2);
        iad.awaitOffers(2);
        advanceTo(3);
        iad.awaitOffers(3);
        assertEquals(List.of(1L, 2L, 3L), iad.offered());
        assertEquals(0, publisher.acknowledged());
        gate.countDown();
        awaitAcknowledged(3);
        assertEquals(List.of(1L, 3L), syd.offered());
    }

    @Test
    void failedOffersAreRepeatedUntilOneSucceeds() throws InterruptedException {
        syd.failing(5);
        publisher.start();
        assertEquals(1, acknowledged());
        assertEquals(List.of(1L, 1L, 1L, 1L, 1L, 1L), syd.offered());
        assertEquals(List.of(1L), iad.offered());
        assertEquals(new EdgeState("SYD", 1, 0, null), statesAtRest().get(1));
    }

    @Test
    void failingEdgeIsDescribed() throws InterruptedException {
        syd.failing(1_000_000);
        publisher.start();
        syd.awaitOffers(4);
        EdgeState state = publisher.states().get(1);
        assertEquals("IOException: unreachable", state.failure());
        assertTrue(state.failures() >= 2, () -> "" + state);
        assertEquals(0, publisher.acknowledged());
    }

    @Test
    void edgeThatKeepsAnOlderPlanHasNotAcknowledged() throws InterruptedException {
        syd.refusing(true);
        publisher.start();
        syd.awaitOffers(3);
        assertEquals(0, publisher.acknowledged());
        assertEquals("keeps plan 0", publisher.states().get(1).failure());
        syd.refusing(false);
        assertEquals(1, acknowledged());
    }

    /** Its plan may come from a store that is gone: to call that an acknowledgement would be a lie. */
    @Test
    void edgeThatIsAheadHasNotAcknowledgedUntilTheStoreCatchesUp() throws InterruptedException {
        syd.serving(9);
        publisher.start();
        syd.awaitOffers(3);
        assertEquals(0, publisher.acknowledged());
        assertEquals("has plan 9, which is newer", publisher.states().get(1).failure());
        revision.set(9);
        awaitAcknowledged(9);
    }

    @Test
    void unreadableStoreIsReadAgain() throws InterruptedException {
        readFailures.set(3);
        publisher.start();
        assertEquals(1, acknowledged());
        assertEquals(4, reads.get());
    }

    @Test
    void sameRevisionIsNotPublishedTwice() throws InterruptedException {
        publisher.start();
        assertEquals(1, acknowledged());
        publisher.revisionAdvanced();
        advanceTo(2);
        awaitAcknowledged(2);
        assertEquals(List.of(1L, 2L), iad.offered());
    }

    @Test
    void withoutEdgesEveryPlanIsInForceAtOnce() throws InterruptedException {
        publisher = publisher();
        publisher.start();
        assertEquals(1, acknowledged());
    }

    @Test
    void acknowledgementThatCouldNotBeRecordedIsRepeated() throws InterruptedException {
        var left = new AtomicInteger(3);
        publisher = new Publisher(
                this::snapshot,
                compiler(),
                List.of(iad),
                version -> {
                    if (left.getAndDecrement() > 0) throw new IllegalStateException("store is busy");
                    acknowledged.add(version);
                },
                FAST,
                Duration.ZERO);
        publisher.start();
        assertEquals(1, acknowledged());
    }

    @Test
    void brokenDistributionIsReported() throws InterruptedException {
        publisher.start();
        assertEquals(1, acknowledged());
        assertEquals(1, publisher.problems().size());
        assertEquals("EBROKEN", publisher.problems().getFirst().distributionId());
    }

    @Test
    void anInvalidationLeavesWhatIsCompiledAsItIs() throws InterruptedException {
        publisher.start();
        assertEquals(1, acknowledged());
        List<Problem> problems = publisher.problems();
        revision.set(2);
        publisher.revisionAdvanced();
        assertEquals(2, acknowledged());
        assertSame(problems, publisher.problems());
        assertEquals(List.of(1L, 2L), iad.offered());
        advanceTo(3);
        assertEquals(3, acknowledged());
        assertNotSame(problems, publisher.problems());
    }

    /** Whoever asks is told what edges have acknowledged, recorded or not. */
    @Test
    void acknowledgedDoesNotWaitForTheRecord() throws InterruptedException {
        var seen = new LinkedBlockingQueue<Long>();
        publisher = new Publisher(
                this::snapshot,
                compiler(),
                List.of(iad),
                version -> {
                    seen.add(publisher.acknowledged());
                    throw new IllegalStateException("store is gone");
                },
                FAST,
                Duration.ZERO);
        publisher.start();
        assertEquals(1, seen.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void closeBeforeStartDoesNothing() {
        publisher.close();
        assertEquals(List.of(), iad.offered());
    }

    @Test
    void closeInterruptsAnOfferUnderWay() throws InterruptedException {
        syd.holding(new CountDownLatch(1));
        publisher.start();
        syd.awaitOffers(1);
        long start = System.nanoTime();
        publisher.close();
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5));
    }

    private Publisher publisher(EdgeLink... edges) {
        return new Publisher(this::snapshot, compiler(), List.of(edges), acknowledged::add, FAST, Duration.ZERO);
    }

    private static PlanCompiler compiler() {
        return new PlanCompiler(new CompileOptions(List.of("cloudfront.net"), null));
    }

    private Snapshot snapshot() {
        reads.incrementAndGet();
        if (readFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) throw new IllegalStateException("unreadable");
        var broken = new DistributionResource(
                "EBROKEN", "d1.cloudfront.net", DistributionConfig.builder().build());
        return new Snapshot(
                revision.get(),
                config.get(),
                List.of(broken),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                List.of(),
                0);
    }

    private void advanceTo(long version) {
        config.set(version);
        revision.set(version);
        publisher.revisionAdvanced();
    }

    private long acknowledged() throws InterruptedException {
        Long version = acknowledged.poll(20, TimeUnit.SECONDS);
        if (version == null) throw new AssertionError("nothing acknowledged: " + publisher.states());
        return version;
    }

    private void awaitAcknowledged(long version) throws InterruptedException {
        long last = 0;
        while (last < version) {
            long next = acknowledged();
            assertTrue(next > last, next + " after " + last);
            last = next;
        }
        assertEquals(version, last);
    }

    /** What others see of the publisher changes after the acknowledgement that the test waited for. */
    private List<EdgeState> statesAtRest() throws InterruptedException {
        publisher.close();
        return publisher.states();
    }
}
