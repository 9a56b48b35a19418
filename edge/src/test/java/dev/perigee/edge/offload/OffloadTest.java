package dev.perigee.edge.offload;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.store.disk.DiskTier;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How much the tiers keep from the origin, beside LRU and beside the best possible. The table is in docs/benchmarks.md. */
@Tag("full")
class OffloadTest {
    private static final int OBJECTS = 1_000_000;
    private static final int REQUESTS = 10_000_000;
    private static final int WARM_UP = 4_000_000;

    static Workload[] workloads() {
        return new Workload[] {
            Workload.steady(OBJECTS, REQUESTS, WARM_UP),
            Workload.withOneHitWonders(OBJECTS, REQUESTS, WARM_UP),
            Workload.shifting(OBJECTS, REQUESTS, WARM_UP)
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("workloads")
    void memoryKeepsMoreThanLru(Workload workload) {
        long room = workload.catalogOctets() / 10;
        try (Tiers tiers = new Tiers(workload, room, null)) {
            compare(workload, room, tiers);
        }
    }

    /** A tenth of the objects and requests, since each goes to a disk. */
    @Test
    void memoryAndDiskTogetherKeepMoreThanLru(@TempDir Path folder) {
        Workload workload = Workload.withOneHitWonders(OBJECTS / 5, REQUESTS / 5, WARM_UP / 5);
        long room = workload.catalogOctets() / 10;
        long memory = room / 10;
        try (DiskTier disk = DiskTier.open("OFF", folder, room - memory, InstantSource.system());
                Tiers tiers = new Tiers(workload, memory, disk)) {
            compare(workload, room, tiers);
            assertTrue(disk.status().dropped() < workload.length() / 100, "the disk fell behind");
        }
    }

    private static void compare(Workload workload, long room, Tiers tiers) {
        int[] weights = Tiers.weights(workload);
        HitRatio ours = Policy.run(tiers, workload);
        HitRatio lru = Policy.run(new Lru(weights, room), workload);
        HitRatio foresight = Policy.run(new Foresight(workload, weights, room), workload);
        HitRatio bound = new Bound(workload, weights, room).ratio();
        System.out.printf(
                "offload, requests / octets: %s, %,d octets: LRU %s, Perigee %s, furthest first %s, bound %s%n",
                workload, room, lru, ours, foresight, bound);
        assertAll(
                () -> assertTrue(ours.requests() > lru.requests(), "requests: no better than LRU"),
                () -> assertTrue(ours.octets() > lru.octets(), "octets: no better than LRU"),
                // Whoever exceeds the bound has counted wrong.
                () -> assertTrue(foresight.requests() > ours.requests() && foresight.requests() < bound.requests()),
                () -> assertTrue(foresight.octets() > ours.octets() && foresight.octets() < bound.octets()));
    }
}
