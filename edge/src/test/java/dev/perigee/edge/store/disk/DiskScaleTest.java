package dev.perigee.edge.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class DiskScaleTest {
    private static final int OBJECTS = 1_000_000;

    @Test
    void tenMillionEntriesFitInAGigabyte() {
        DiskIndex index = new DiskIndex();
        SplittableRandom hashes = new SplittableRandom(1);
        int entries = 10_000_000;
        for (int i = 0; i < entries; i++)
            index.put(hashes.nextLong(), Location.of(1 + i % 1000, 64, 64, Kind.RESPONSE));
        assertEquals(entries, index.objects());
        double each = index.heapBytes() / (double) entries;
        System.out.printf("10,000,000 entries: %,d octets of heap, %.1f each%n", index.heapBytes(), each);
        assertTrue(each < 64, each + " octets an object");
    }

    @Test
    void aMillionObjectsAreServedSoonAfterAStart(@TempDir Path folder) throws IOException {
        long limit = 4L << 30;
        try (DiskTier tier = DiskTier.open("BIG", new FolderFiles(folder), limit, InstantSource.system())) {
            for (int i = 0; i < OBJECTS; i++) {
                while (tier.status().written() < i - 10_000) LockSupport.parkNanos(1_000_000);
                boolean taken = tier.write(
                        Samples.key("/object/" + i),
                        Samples.response("e" + i),
                        Unpooled.wrappedBuffer(Samples.octets("x", 100)),
                        0,
                        true);
                assertTrue(taken, "object " + i);
            }
        }
        long start = System.nanoTime();
        try (DiskTier tier = DiskTier.open("BIG", new FolderFiles(folder), limit, InstantSource.system())) {
            Found newest = await(tier, OBJECTS - 1);
            newest.content().release();
            long first = System.nanoTime() - start;
            Found oldest = await(tier, 0);
            oldest.content().release();
            while (tier.status().state() == DiskStatus.State.LOADING) LockSupport.parkNanos(1_000_000);
            long all = System.nanoTime() - start;
            System.out.printf(
                    "%,d objects: newest after %d ms, all after %d ms%n", OBJECTS, first / 1_000_000, all / 1_000_000);
            assertEquals(OBJECTS, tier.status().objects());
            assertTrue(all < Duration.ofSeconds(3).toNanos(), "loaded after " + all / 1_000_000 + " ms");
        }
    }

    private static Found await(DiskTier tier, int object) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            Found found = tier.find(Samples.key("/object/" + object));
            if (found != null) return found;
            if (System.nanoTime() > deadline) throw new AssertionError("object " + object + " did not come back");
            LockSupport.parkNanos(1_000_000);
        }
    }
}
