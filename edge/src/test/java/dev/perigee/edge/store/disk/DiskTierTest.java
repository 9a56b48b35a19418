package dev.perigee.edge.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Purge;
import dev.perigee.edge.store.BlockKey;
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.PurgeLog;
import dev.perigee.edge.store.WholeFill;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTierTest {
    private static final long LIMIT = 16L << 20;
    private static final InstantSource CLOCK = InstantSource.system();

    private final Path folder;
    private FaultyFiles files;
    private DiskTier tier;

    DiskTierTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        files = new FaultyFiles(folder);
        tier = opened(files);
    }

    private static DiskTier opened(FaultyFiles files) {
        DiskTier tier = DiskTier.open("TST", files, LIMIT, CLOCK);
        until(() -> tier.status().state() != DiskStatus.State.LOADING);
        return tier;
    }

    private void open() throws IOException {
        files = new FaultyFiles(folder);
        tier = opened(files);
    }

    @AfterEach
    void close() {
        tier.close();
    }

    private void restart() throws IOException {
        tier.close();
        open();
    }

    /** As after kill -9: the segment in use was not sealed. */
    private void crash() throws IOException {
        tier.close();
        for (Path file : cacheFiles(".idx")) Files.delete(file);
        open();
    }

    private static void until(BooleanSupplier holds) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new AssertionError("waited too long");
            LockSupport.parkNanos(100_000);
        }
    }

    private List<Path> cacheFiles(String suffix) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(suffix))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    private void write(String path, int length) {
        write(path, path, length, 0);
    }

    private void write(String path, String seed, int length, long sequence) {
        long before = tier.status().written();
        tier.write(Samples.key(path), Samples.response(seed), Samples.content(seed, length), sequence, true);
        until(() -> tier.status().written() > before || !tier.status().reason().isEmpty());
    }

    private void arrive(BlockedFill of, int index, String seed, int length) {
        WholeFill block = Samples.block(of, Samples.content(seed, length));
        tier.arrived(of, index, block);
        block.release();
    }

    private boolean has(String path, String seed, int length) {
        Found found = tier.find(Samples.key(path));
        if (found == null) return false;
        assertEquals(seed, found.response().etag());
        assertTrue(Samples.isContent(found.content(), seed, length), "content of " + path);
        return true;
    }

    private static PurgeLog.Entry purge(long sequence, String... paths) {
        return new PurgeLog.Entry(new Purge(sequence, "E1", List.of(paths), List.of()), null);
    }

    @Test
    void smallRecordsAreWrittenTogetherAndEachIsFound() throws IOException {
        long before = files.writes.get();
        int count = 1500;
        for (int i = 0; i < count; i++) {
            String path = "/small" + i;
            tier.write(Samples.key(path), Samples.response(path), Samples.content(path, 500 + i), 0, true);
        }
        until(() -> tier.status().written() == count);
        assertTrue(files.writes.get() - before < count, "a write for each");
        for (int i = 0; i < count; i++) assertTrue(has("/small" + i, "/small" + i, 500 + i));
        crash();
        for (int i = 0; i < count; i++) assertTrue(has("/small" + i, "/small" + i, 500 + i));
    }

    @Test
    void whatWaitsToBeWrittenWhenTheCacheIsClearedIsGone() {
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 20; i++) {
                String path = "/r" + round + "-" + i;
                tier.write(Samples.key(path), Samples.response(path), Samples.content(path, 700), round, true);
            }
            tier.purges().restart(round + 1);
            tier.clear();
            for (int i = 0; i < 20; i++) assertNull(tier.find(Samples.key("/r" + round + "-" + i)));
        }
        write("/last", "/last", 10, 50);
        assertTrue(has("/last", "/last", 10));
        for (int i = 0; i < 20; i++) assertNull(tier.find(Samples.key("/r49-" + i)));
        assertEquals("", tier.status().reason());
    }

    @Test
    void whatWasWrittenIsReadBack() {
        write("/a", 1000);
        assertTrue(tier.mayHave(Samples.key("/a")));
        assertFalse(tier.mayHave(Samples.key("/b")));
        assertTrue(has("/a", "/a", 1000));
        assertNull(tier.find(Samples.key("/b")));
        write("/empty", 0);
        write("/full", DiskTier.BODY_BYTES_MAX);
        assertTrue(has("/empty", "/empty", 0) && has("/full", "/full", DiskTier.BODY_BYTES_MAX));
    }

    @Test
    void aRestartAndACrashKeepIt() throws IOException {
        for (int i = 0; i < 500; i++) write("/" + i, 100 + 17 * i);
        write("/7", "again", 99, 0);
        restart();
        assertEquals(500, tier.status().objects());
        crash();
        assertEquals(500, tier.status().objects());
        for (int i = 0; i < 500; i++) {
            if (i != 7) assertTrue(has("/" + i, "/" + i, 100 + 17 * i), "object " + i);
        }
        assertTrue(has("/7", "again", 99));
        assertEquals(0, tier.status().corrupt());
    }

    @Test
    void whatWasRemovedStaysAwayAfterACrash() throws IOException {
        write("/a", 10);
        restart();
        tier.remove(Samples.key("/a"));
        assertNull(tier.find(Samples.key("/a")));
        crash();
        assertNull(tier.find(Samples.key("/a")));
        write("/a", "new", 20, 0);
        crash();
        assertTrue(has("/a", "new", 20));
    }

    @Test
    void di03OneFlippedBitAnywhereIsNeverServed() throws IOException {
        for (int i = 0; i < 40; i++) write("/" + i, 3000);
        tier.close();
        Random random = new Random(3);
        for (int round = 0; round < 60; round++) {
            List<Path> all = cacheFiles("");
            Path hurt = all.get(random.nextInt(all.size()));
            byte[] good = Files.readAllBytes(hurt);
            if (good.length == 0) continue;
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(hurt, bad);
            open();
            int present = 0;
            for (int i = 0; i < 40; i++) present += has("/" + i, "/" + i, 3000) ? 1 : 0;
            assertTrue(present == 40 || tier.status().corrupt() > 0, hurt + " round " + round);
            tier.close();
            restoreIfMissing(hurt, good, present);
        }
        open();
    }

    /** A journal that was hurt empties the cache: there is nothing left to hurt, so it is filled again. */
    private void restoreIfMissing(Path hurt, byte[] good, int present) throws IOException {
        if (present > 30) {
            Files.write(hurt, good);
            return;
        }
        open();
        for (int i = 0; i < 40; i++) write("/" + i, 3000);
        tier.close();
    }

    @Test
    void cutZeroedAndForeignFilesAreSurvived() throws IOException {
        for (int i = 0; i < 750; i++) write("/" + i, 8000);
        tier.close();
        List<Path> segments = cacheFiles(".seg");
        assertTrue(segments.size() >= 3, segments.toString());
        byte[] first = Files.readAllBytes(segments.get(0));
        Files.write(segments.get(0), java.util.Arrays.copyOf(first, first.length / 2));
        Files.write(segments.get(1), new byte[(int) Files.size(segments.get(1))]);
        Files.write(folder.resolve("segment-00000900.seg"), Samples.octets("garbage", 5000));
        Files.write(folder.resolve("segment-00000901.seg"), new byte[0]);
        Files.writeString(folder.resolve("notes.txt"), "not ours");
        open();
        int present = 0;
        for (int i = 0; i < 750; i++) present += has("/" + i, "/" + i, 8000) ? 1 : 0;
        assertTrue(present > 25 && present < 750, present + " left");
        assertTrue(tier.status().corrupt() >= 4);
        assertTrue(Files.exists(folder.resolve("notes.txt")));
        write("/new", 100);
        assertTrue(has("/new", "/new", 100));
    }

    @Test
    void aPurgedResponseIsNotFoundAgainEvenWhenTheLogHasForgottenThePurge() throws IOException {
        write("/a", "old", 100, 0);
        write("/a", "older but superseded", 100, 0);
        write("/b", 100);
        tier.purges().apply(List.of(purge(1, "/a")));
        assertNull(tier.find(Samples.key("/a")));
        crash();
        assertNull(tier.find(Samples.key("/a")));
        until(() -> tier.purges().pending() == 0);
        crash();
        assertEquals(0, tier.purges().pending());
        assertEquals(1, tier.purges().sequence());
        assertNull(tier.find(Samples.key("/a")));
        assertTrue(has("/b", "/b", 100));
    }

    @Test
    void aPurgeThatIsForgottenDuringAReadCountsForIt() {
        write("/a", "old", 100, 0);
        AtomicBoolean read = new AtomicBoolean();
        files.afterRead = () -> {
            // The sweep reads too, on the writer's thread.
            if (!Thread.currentThread().getName().startsWith("disk-TST-") || read.getAndSet(true)) return;
            tier.purges().apply(List.of(purge(1, "/a")));
            until(() -> tier.purges().pending() == 0);
        };
        assertNull(tier.find(Samples.key("/a")));
        assertTrue(read.get());
    }

    @Test
    void aFillFromBeforeAPurgeIsNotWrittenAfterIt() throws IOException {
        tier.purges().apply(List.of(purge(5, "/a")));
        tier.write(Samples.key("/a"), Samples.response("x"), Samples.content("x", 10), 4, true);
        write("/a2", "y", 10, 5);
        assertNull(tier.find(Samples.key("/a")));
        until(() -> tier.purges().pending() == 0);
        tier.write(Samples.key("/a"), Samples.response("x"), Samples.content("x", 10), 4, true);
        write("/a3", "y", 10, 5);
        assertNull(tier.find(Samples.key("/a")));
        restart();
        assertTrue(has("/a2", "y", 10));
    }

    @Test
    void aTagCoversWhateverCaseItIsIn() {
        write("/a", 100);
        tier.purges().apply(List.of(new PurgeLog.Entry(new Purge(1, "E1", List.of(), List.of("birds")), "tags")));
        assertTrue(has("/a", "/a", 100));
        tier.purges().apply(List.of(new PurgeLog.Entry(new Purge(2, "E1", List.of(), List.of("dogs")), "tags")));
        assertNull(tier.find(Samples.key("/a")));
    }

    @Test
    void aMissingOrOlderJournalEmptiesTheCache() throws IOException {
        write("/a", 100);
        tier.purges().apply(List.of(purge(3, "/x")));
        byte[] journal = Files.readAllBytes(folder.resolve(PurgeJournal.NAME));
        write("/b", "/b", 100, 3);
        tier.purges().apply(List.of(purge(4, "/a")));
        write("/c", "/c", 100, 4);
        tier.close();
        Files.write(folder.resolve(PurgeJournal.NAME), journal);
        open();
        assertEquals(0, tier.status().objects());
        write("/d", "/d", 100, 3);
        tier.close();
        Files.delete(folder.resolve(PurgeJournal.NAME));
        open();
        assertNull(tier.find(Samples.key("/d")));
    }

    @Test
    void clearingHoldsAfterARestart() throws IOException {
        for (int i = 0; i < 100; i++) write("/" + i, 100);
        tier.clear();
        assertEquals(1, files.deletionsSynced);
        assertNull(tier.find(Samples.key("/1")));
        write("/new", 100);
        crash();
        assertNull(tier.find(Samples.key("/1")));
        assertTrue(has("/new", "/new", 100));
    }

    @Test
    void theOldestGoesAndWhatWasAskedForStays() {
        write("/asked", 50_000);
        write("/unasked", 50_000);
        for (int i = 0; i < 600; i++) {
            write("/" + i, 50_000);
            assertTrue(has("/asked", "/asked", 50_000), "after " + i);
        }
        assertNull(tier.find(Samples.key("/unasked")));
        assertTrue(tier.status().bytes() <= LIMIT + (2 << 20), tier.status().toString());
        assertTrue(has("/599", "/599", 50_000));
    }

    @Test
    void aFullDiskTakesOnlyWhatWasAskedForTwice() {
        for (int i = 0; i < 600; i++) write("/" + i, 50_000);
        assertFalse(tier.write(Samples.key("/n"), Samples.response("n"), Samples.content("n", 10), 0, false));
        assertEquals(1, tier.status().notAdmitted());
        assertFalse(tier.mayHave(Samples.key("/n")));
        assertFalse(tier.mayHave(Samples.key("/n")));
        assertTrue(tier.write(Samples.key("/n"), Samples.response("n"), Samples.content("n", 10), 0, false));
    }

    @Test
    void aFullFileSystemStopsWritingAndNotReading() {
        write("/a", 100);
        files.room.set(100);
        write("/b", 1000);
        assertEquals(DiskStatus.State.READ_ONLY, tier.status().state());
        assertTrue(tier.status().reason().contains("No space left"));
        assertTrue(has("/a", "/a", 100));
        assertNull(tier.find(Samples.key("/b")));
    }

    @Test
    void aDiskThatCannotBeReadIsRetired() {
        for (int i = 0; i < 4; i++) write("/" + i, 100);
        files.readsFail = true;
        for (int i = 0; i < 4; i++) assertNull(tier.find(Samples.key("/" + i)));
        assertEquals(DiskStatus.State.RETIRED, tier.status().state());
        assertFalse(tier.mayHave(Samples.key("/0")));
    }

    @Test
    void aDiskThatCannotRecordAPurgeIsNotBelievedLater() throws IOException {
        write("/a", 100);
        files.writesFail = true;
        tier.purges().apply(List.of(purge(1, "/a")));
        assertEquals(DiskStatus.State.RETIRED, tier.status().state());
        assertNull(tier.find(Samples.key("/a")));
        restart();
        assertNull(tier.find(Samples.key("/a")));
    }

    @Test
    void aFolderInUseIsDoneWithout() throws IOException {
        FaultyFiles second = new FaultyFiles(folder);
        second.locked = true;
        try (DiskTier other = DiskTier.open("OTH", second, LIMIT, CLOCK)) {
            assertEquals(DiskStatus.State.RETIRED, other.status().state());
            assertFalse(other.write(Samples.key("/a"), Samples.response("a"), Samples.content("a", 1), 0, true));
            assertNull(other.find(Samples.key("/a")));
        }
        Path file = Files.createFile(folder.resolve("file"));
        try (DiskTier none = DiskTier.open("NON", file.resolve("below"), LIMIT, CLOCK)) {
            assertEquals(DiskStatus.State.RETIRED, none.status().state());
        }
    }

    @Test
    void blocksAreFoundByGenerationAndIndex() throws IOException {
        long generation = DiskTier.newGeneration();
        BlockedFill big = Samples.blocked("/big", generation, 1000, 1500);
        arrive(big, 0, "b0", 1000);
        arrive(big, 1, "b1", 500);
        until(() -> tier.status().written() == 3);
        crash();
        Found head = tier.find(Samples.key("/big"));
        assertNotNull(head);
        assertEquals(generation, head.generation());
        head.content().release();
        ByteBuf block = tier.findBlock(big, 1);
        assertNotNull(block);
        assertTrue(Samples.isContent(block, "b1", 500));
        assertNull(tier.findBlock(big, 2));
        assertNull(tier.findBlock(Samples.blocked("/big", generation + 1, 1000, 1500), 1));
        assertEquals(1, tier.status().objects());
    }

    @Test
    void aBlockOfAnotherLengthOrADamagedOneIsAMissAndCounted() throws IOException {
        long generation = DiskTier.newGeneration();
        BlockedFill big = Samples.blocked("/big", generation, 1000, 3000);
        for (int i = 0; i < 3; i++) arrive(big, i, "b" + i, 1000);
        until(() -> tier.status().written() == 4);
        assertNull(tier.findBlock(Samples.blocked("/big", generation, 999, 3000), 0));
        assertFalse(tier.mayHaveBlock(new BlockKey(generation, 0)));
        tier.close();
        Path segment = cacheFiles(".seg").getFirst();
        byte[] octets = Files.readAllBytes(segment);
        octets[octets.length - 500] ^= 1;
        Files.write(segment, octets);
        open();
        assertNull(tier.findBlock(big, 2));
        assertEquals(1, tier.status().corrupt());
        ByteBuf good = tier.findBlock(big, 1);
        assertNotNull(good);
        assertTrue(Samples.isContent(good, "b1", 1000));
    }

    @Test
    void aFullDiskTakesOnlyBlocksThatWereAskedForTwice() {
        for (int i = 0; i < 600; i++) write("/" + i, 50_000);
        BlockedFill big = Samples.blocked("/big", DiskTier.newGeneration(), 1000, 9000);
        BlockKey key = big.blockKey(7);
        WholeFill block = Samples.block(big, Samples.content("b", 1000));
        tier.askedFor(key);
        tier.arrived(big, 7, block);
        assertEquals(1, tier.status().notAdmitted());
        tier.askedFor(key);
        tier.evicted(key, block);
        until(() -> tier.mayHaveBlock(key));
        long written = tier.status().written();
        tier.evicted(key, block);
        write("/n", 10);
        assertEquals(written + 1, tier.status().written(), "what is there is not written again");
        block.release();
    }

    @Test
    void theHeadOfALargeObjectIsWrittenOnceHoweverSoonTheNextBlockArrives() {
        for (int object = 0; object < 100; object++) {
            BlockedFill big = Samples.blocked("/big" + object, DiskTier.newGeneration(), 1000, 9000);
            for (int i = 0; i < 4; i++) {
                arrive(big, i, "b" + i, 1000);
                // Long enough for the writer to have taken up what came, short of what lets it write its batch.
                LockSupport.parkNanos(50_000);
            }
        }
        until(() -> tier.status().written() >= 500);
        write("/last", 10);
        until(() -> tier.mayHave(Samples.key("/last")));
        assertEquals(501, tier.status().written());
    }

    @Test
    void blocksThatNobodyCanNameAnyMoreGoOffTheIndex() {
        long generation = DiskTier.newGeneration();
        BlockedFill big = Samples.blocked("/big", generation, 1000, 2000);
        for (int i = 0; i < 2; i++) arrive(big, i, "b" + i, 1000);
        until(() -> tier.status().written() == 3);
        tier.dropBlocks(generation, 2);
        assertFalse(tier.mayHaveBlock(new BlockKey(generation, 0)) || tier.mayHaveBlock(new BlockKey(generation, 1)));
    }

    @Test
    void blocksSurviveAFullDiskAndAreDoneWithoutOnABrokenOne() {
        BlockedFill big = Samples.blocked("/big", DiskTier.newGeneration(), 1000, 9000);
        for (int i = 0; i < 4; i++) arrive(big, i, "b" + i, 1000);
        until(() -> tier.status().written() == 5);
        files.room.set(100);
        arrive(big, 4, "b4", 1000);
        until(() -> tier.status().state() == DiskStatus.State.READ_ONLY);
        assertFalse(tier.mayHaveBlock(big.blockKey(4)));
        ByteBuf good = tier.findBlock(big, 0);
        assertNotNull(good);
        assertTrue(Samples.isContent(good, "b0", 1000));
        files.readsFail = true;
        for (int i = 1; i < 4; i++) assertNull(tier.findBlock(big, i));
        assertEquals(DiskStatus.State.RETIRED, tier.status().state());
        assertFalse(tier.mayHaveBlock(big.blockKey(0)));
        arrive(big, 5, "b5", 1000);
        assertFalse(tier.mayHaveBlock(big.blockKey(5)));
    }

    @Test
    void whatMemoryEvictsGetsItsChanceUnlessItIsThere() {
        for (int i = 0; i < 600; i++) write("/" + i, 50_000);
        WholeFill fill = Samples.whole("/n", 1000);
        tier.write(Samples.key("/n"), fill);
        tier.evicted(Samples.key("/n"), fill);
        assertEquals(2, tier.status().notAdmitted());
        assertFalse(tier.mayHave(Samples.key("/n")));
        assertFalse(tier.mayHave(Samples.key("/n")));
        tier.evicted(Samples.key("/n"), fill);
        until(() -> tier.mayHave(Samples.key("/n")));
        assertTrue(has("/n", "/n", 1000));
        long written = tier.status().written();
        tier.evicted(Samples.key("/n"), fill);
        write("/m", 10);
        assertEquals(written + 1, tier.status().written());
        fill.release();
    }

    @Test
    void aReadOnlyDiskKeepsWhatItHas() {
        write("/a", 100);
        files.room.set(0);
        write("/b", 100);
        assertEquals(DiskStatus.State.READ_ONLY, tier.status().state());
        WholeFill again = Samples.whole("/a", 100);
        tier.write(Samples.key("/a"), again);
        again.release();
        assertTrue(has("/a", "/a", 100));
    }
}
