package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.store.disk.DiskStatus;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.RangingOrigin;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Objects of more than one block, and a disk below the memory. */
class LargeObjectOnDiskTest {
    private static final int BLOCK = 1 << 16;
    private static final int BLOCKS = 41;
    private static final int SIZE = (BLOCKS - 1) * BLOCK + 123;

    private static EdgeLimits limitsOf(long disk) {
        return limits().blockBytes(BLOCK).disk(disk).build();
    }

    /** Memory for a few blocks only. */
    private static EdgeLimits smallMemory() {
        return limits().blockBytes(BLOCK)
                .memory(1 << 20, 1 << 20)
                .disk(64L << 20)
                .build();
    }

    private static void restart(ScenarioEdge edge, EdgeLimits limits) {
        edge.restart(limits);
        edge.awaitDisk(disk -> disk.state() == DiskStatus.State.SERVING);
    }

    private static void serve(ScenarioEdge edge, RangingOrigin origin, EdgeLimits limits) {
        restart(edge, limits);
        edge.serve(distribution(origin.port()));
    }

    private static void assertHolds(RangingOrigin origin, long from, long to, Response response) {
        assertTrue(response.whole(), "whole");
        byte[] body = response.body();
        assertEquals(to - from, body.length);
        for (int i = 0; i < body.length; i++) {
            if (body[i] != origin.at(from + i)) throw new AssertionError("wrong octet at " + (from + i));
        }
    }

    private static Response range(ScenarioEdge edge, long from, long to) {
        return edge.viewer()
                .get("/o", "Range", "bytes=" + from + '-' + (to - 1))
                .response();
    }

    @Scenario
    void aRestartedEdgeServesItFromDiskInAnyPart(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            restart(edge, limitsOf(64L << 20));
            Response whole = edge.viewer().get("/o").response();
            expect(whole).status(200).hit();
            assertHolds(origin, 0, SIZE, whole);
            restart(edge, limitsOf(64L << 20));
            Response part = range(edge, 7L * BLOCK - 9, 9L * BLOCK + 4);
            expect(part).status(206).hit();
            assertHolds(origin, 7L * BLOCK - 9, 9L * BLOCK + 4, part);
            Response several = edge.viewer()
                    .get("/o", "Range", "bytes=10-19," + (20 * BLOCK) + "-" + (20 * BLOCK + 9))
                    .response();
            expect(several).status(206).headerMatches("Content-Type", "multipart/byteranges.*");
            assertTrue(several.whole());
            Response tail = edge.viewer().get("/o", "Range", "bytes=-100").response();
            assertHolds(origin, SIZE - 100, SIZE, tail);
            assertEquals(List.of("-"), origin.asked());
            assertTrue(edge.status().disk().blockHits() > 0);
        }
    }

    @Scenario
    void blocksThatAreNotThereAreAskedForAndNoOthers(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin, limitsOf(64L << 20));
            range(edge, 3L * BLOCK, 5L * BLOCK);
            range(edge, 9L * BLOCK, 10L * BLOCK);
            restart(edge, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(SIZE, origin.sent(), () -> origin.asked().toString());
            restart(edge, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(SIZE, origin.sent(), () -> origin.asked().toString());
        }
    }

    @Scenario
    void aDamagedBlockIsCountedAndFetchedAgainAlone(ScenarioEdge edge) throws IOException {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            edge.restart(limits().build());
            damageFifthBlock(edge.cache(), origin);
            restart(edge, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(1, edge.status().disk().corrupt());
            assertEquals(List.of("-", "bytes=" + 5 * BLOCK + '-' + (6 * BLOCK - 1)), origin.asked());
            restart(edge, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(2, origin.asked().size());
        }
    }

    private static void damageFifthBlock(Path cache, RangingOrigin origin) throws IOException {
        byte[] wanted = new byte[64];
        for (int i = 0; i < wanted.length; i++) wanted[i] = origin.at(5L * BLOCK + 1000 + i);
        List<Path> segments;
        try (Stream<Path> files = Files.list(cache)) {
            segments = files.filter(f -> f.toString().endsWith(".seg")).toList();
        }
        for (Path segment : segments) {
            byte[] octets = Files.readAllBytes(segment);
            for (int at = 0; at + wanted.length < octets.length; at++) {
                if (!java.util.Arrays.equals(octets, at, at + wanted.length, wanted, 0, wanted.length)) continue;
                try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                    file.seek(at);
                    file.write(octets[at] ^ 4);
                }
                return;
            }
        }
        throw new AssertionError("the block is not on disk");
    }

    @Scenario
    void anObjectLargerThanMemoryIsReadFromDiskAndNotFromTheOrigin(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin, smallMemory());
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            edge.awaitDisk(disk -> disk.written() >= BLOCKS);
            long sent = origin.sent();
            List<Exchange> all = new ArrayList<>();
            for (int i = 0; i < 5; i++) all.add(edge.viewer().get("/o"));
            for (Exchange each : all) assertHolds(origin, 0, SIZE, each.response());
            assertEquals(sent, origin.sent(), () -> origin.asked().toString());
            assertTrue(edge.status().storedBytes() <= 2 << 20);
        }
    }

    @Scenario
    void aPurgedObjectDoesNotComeBackAndItsBlocksAreNotMixedIn(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            restart(edge, limitsOf(64L << 20));
            origin.newVersion();
            edge.purge("/o*");
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            restart(edge, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(2L * SIZE, origin.sent());
        }
    }

    @Scenario
    void aVersionThatTheOriginNoLongerHasIsLeftForGood(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin, limitsOf(64L << 20));
            assertHolds(origin, 0, 3L * BLOCK, range(edge, 0, 3L * BLOCK));
            restart(edge, limitsOf(64L << 20));
            origin.newVersion();
            assertFalse(edge.viewer().get("/o").response().whole(), "a response of two versions");
            restart(edge, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
        }
    }

    @Scenario
    void whatIsStaleOnDiskIsRevalidatedAndItsBlocksAreStillGood(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin, limitsOf(64L << 20));
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            restart(edge, limitsOf(64L << 20));
            clock.advance(Duration.ofSeconds(3601));
            Response refreshed = edge.viewer().get("/o").response();
            expect(refreshed).status(200).header("X-Cache", "RefreshHit from cloudfront");
            assertHolds(origin, 0, SIZE, refreshed);
            restart(edge, limitsOf(64L << 20));
            clock.advance(Duration.ofSeconds(60));
            expect(edge.viewer().get("/o")).status(200).hit().header("Age", "60");
            assertEquals(SIZE, origin.sent());
        }
    }

    @Scenario
    void anotherBlockSizeReadsWhatTheOldOneWrote(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(3L * BLOCK)) {
            serve(edge, origin, limitsOf(64L << 20));
            assertHolds(origin, 0, 3L * BLOCK, edge.viewer().get("/o").response());
            restart(edge, limits().blockBytes(2 * BLOCK).disk(64L << 20).build());
            assertHolds(origin, 0, 3L * BLOCK, edge.viewer().get("/o").response());
            assertEquals(1, origin.asked().size());
        }
    }

    @Scenario
    void aDiskThatHoldsAPartServesThatPart(ScenarioEdge edge) {
        int size = 700 * BLOCK;
        try (RangingOrigin origin = RangingOrigin.start(size)) {
            // Twice as large as the disk: blocks go as others come.
            EdgeLimits tight = limits().blockBytes(BLOCK)
                    .memory(1 << 20, 1 << 20)
                    .disk(16L << 20)
                    .build();
            serve(edge, origin, tight);
            for (int i = 0; i < 3; i++)
                assertHolds(origin, 0, size, edge.viewer().get("/o").response());
            restart(edge, tight);
            // From the end: read from the start, what comes could take the place of all that is there before it is
            // reached.
            for (long from = size - 20L * BLOCK; from > 0; from -= 20 * BLOCK) {
                String range = "bytes=" + from + '-' + (from + 20 * BLOCK - 1);
                assertHolds(
                        origin,
                        from,
                        from + 20 * BLOCK,
                        edge.viewer().get("/o", "Range", range).response());
            }
            assertTrue(edge.status().disk().blockHits() > 0);
            assertHolds(origin, 0, size, edge.viewer().get("/o").response());
            assertTrue(edge.status().disk().bytes() <= 18L << 20);
        }
    }
}
