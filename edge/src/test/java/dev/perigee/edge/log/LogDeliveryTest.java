package dev.perigee.edge.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Distribution;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From batches of lines to objects in buckets, whatever happens on the way. */
class LogDeliveryTest {
    private static final Distribution PHOTOS = LogSamples.distribution("EPHOTOS", "logs", "photos/");
    private static final Distribution OTHERS = LogSamples.distribution("EOTHERS", "more-logs", "");
    private static final String SIX = "2026-11-26\t06:59:59\tIAD50-P1\tphoto ";
    private static final String SEVEN = "2026-11-26\t07:00:00\tIAD50-P1\tphoto ";

    private final Path folder;
    private final Map<String, byte[]> stored = new TreeMap<>();
    private String failing = "";

    LogDeliveryTest(@TempDir Path temporary) {
        folder = temporary.resolve("delivery");
    }

    private void put(String bucket, String region, String key, byte[] content) throws IOException {
        if (bucket.startsWith(failing + ".")) throw new IOException("S3 answered 503 SlowDown");
        stored.put(bucket + '/' + key, content);
    }

    private LogDelivery delivery(Spool spool, long octetsMax) {
        return new LogDelivery(folder, "IAD", this::put, TableFile.NONE, spool::finish, octetsMax);
    }

    private LogFlush deliver(Spool spool) {
        return delivery(spool, 1 << 20).flush();
    }

    private static LogBatch<Distribution> batch(Distribution distribution, String... lines) {
        LogBatch<Distribution> batch = new LogBatch<>();
        for (String line : lines) LogSamples.add(batch, distribution, line);
        return batch;
    }

    private static List<String> lines(byte[] gzipped) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(gzipped))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        }
    }

    private List<String> linesOf(String start) throws IOException {
        for (var each : stored.entrySet()) if (each.getKey().startsWith(start)) return lines(each.getValue());
        throw new AssertionError(start + " is not in " + stored.keySet());
    }

    @Test
    void anObjectHasTheLinesOfOneDistributionAndHour() throws IOException {
        Spool spool = new Spool(folder, new LogGroups(folder, "IAD"));
        LogBatch<Distribution> batch = batch(PHOTOS, SIX + 1, SIX + 2);
        LogSamples.add(batch, OTHERS, SIX + 3);
        LogSamples.add(batch, PHOTOS, SIX + 4);
        LogSamples.add(batch, PHOTOS, SEVEN + 5);
        spool.append(batch);
        LogFlush flush = deliver(spool);
        assertEquals(new LogFlush(5, 3, 0, ""), flush);
        for (String name : stored.keySet()) {
            assertTrue(name.matches(".*\\.2026-11-26-0[67]\\.[A-Z0-9]{11}\\.gz"), name);
        }
        List<String> six = linesOf("logs.s3.amazonaws.com/photos/EPHOTOS.2026-11-26-06.");
        assertEquals("#Version: 1.0", six.getFirst());
        assertTrue(six.get(1).startsWith("#Fields: date time x-edge-location sc-bytes "), six.get(1));
        assertEquals(List.of(SIX + 1, SIX + 2, SIX + 4), six.subList(2, 5));
        assertEquals(
                List.of(SEVEN + 5),
                linesOf("logs.s3.amazonaws.com/photos/EPHOTOS.2026-11-26-07.").subList(2, 3));
        assertEquals(
                List.of(SIX + 3),
                linesOf("more-logs.s3.amazonaws.com/EOTHERS.2026-11-26-06.").subList(2, 3));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void nothingIsDeliveredWhenThereIsNothing() {
        assertEquals(new LogFlush(0, 0, 0, ""), deliver(new Spool(folder, new LogGroups(folder, "IAD"))));
        assertFalse(Files.exists(folder));
    }

    @Test
    void aBucketThatFailsHoldsUpNoOther() throws IOException {
        Spool spool = new Spool(folder, new LogGroups(folder, "IAD"));
        spool.append(batch(PHOTOS, SIX + 1));
        spool.append(batch(OTHERS, SIX + 2));
        failing = "logs";
        LogDelivery delivery = delivery(spool, 1 << 20);
        assertEquals(new LogFlush(1, 1, 1, "logs.s3.amazonaws.com: S3 answered 503 SlowDown"), delivery.flush());
        assertEquals(1, stored.size());
        stored.clear();
        failing = "";
        assertEquals(new LogFlush(1, 1, 0, ""), delivery.flush(), "only what was left");
        assertEquals(List.of(SIX + 1), linesOf("logs.").subList(2, 3));
        assertEquals(1, stored.size());
    }

    @Test
    void whatAKilledProcessHasWrittenIsDeliveredByTheNext() throws IOException {
        new Spool(folder, new LogGroups(folder, "IAD")).append(batch(PHOTOS, SIX + 1, SIX + 2));
        Path open = only(Spool.OPEN);
        byte[] whole = Files.readAllBytes(open);
        // Killed in the middle of the next block.
        Files.write(
                open,
                Stream.of(whole)
                        .map(b -> java.util.Arrays.copyOf(b, b.length - 7))
                        .findFirst()
                        .orElseThrow(),
                StandardOpenOption.APPEND);
        Spool next = new Spool(folder, new LogGroups(folder, "IAD"));
        LogDelivery delivery = delivery(next, 1 << 20);
        delivery.recover(true);
        delivery.flush();
        assertEquals(List.of(SIX + 1, SIX + 2), linesOf("logs.").subList(2, 4));
        assertEquals(1, stored.size());
        delivery.close();
    }

    @Test
    void aDeliveryThatIsRepeatedHasTheSameNameAndContent() throws IOException {
        Spool spool = new Spool(folder, new LogGroups(folder, "IAD"));
        spool.append(batch(PHOTOS, SIX + 1));
        spool.finish();
        Path full = only(Spool.FULL);
        byte[] file = Files.readAllBytes(full);
        deliver(spool);
        Map<String, byte[]> first = new TreeMap<>(stored);
        // Killed after the object was written, before the file was removed.
        Files.write(full, file);
        deliver(new Spool(folder, new LogGroups(folder, "IAD")));
        assertEquals(first.keySet(), stored.keySet());
        first.forEach((name, content) -> assertArrayEquals(content, stored.get(name)));
    }

    @Test
    void aDamagedBlockIsLeftOutAndNotItsNeighbours() throws IOException {
        Spool spool = new Spool(folder, new LogGroups(folder, "IAD"));
        spool.append(batch(PHOTOS, SIX + 1));
        long first = Files.size(only(Spool.OPEN));
        spool.append(batch(PHOTOS, SIX + 2));
        spool.append(batch(PHOTOS, SIX + 3));
        spool.finish();
        Path full = only(Spool.FULL);
        byte[] file = Files.readAllBytes(full);
        file[(int) (2 * first) - 2] ^= 1;
        Files.write(full, file);
        SpoolFile read = SpoolFile.read(full, "IAD", TableFile.NONE);
        assertEquals(1, read.damaged());
        assertTrue(read.complete());
        deliver(spool);
        assertEquals(List.of(SIX + 1, SIX + 3), linesOf("logs.").subList(2, 4));
    }

    @Test
    void theOldestIsGivenUpWhenTooMuchWaits() throws IOException {
        Spool spool = new Spool(folder, new LogGroups(folder, "IAD"));
        failing = "logs";
        LogDelivery delivery = delivery(spool, 300);
        for (int i = 0; i < 3; i++) {
            spool.append(batch(PHOTOS, SIX + i));
            delivery.flush();
        }
        LogStatus status = delivery.status(0);
        assertTrue(status.lost() > 0, status.toString());
        assertTrue(status.waiting() <= 300 && status.waiting() > 0, status.toString());
        failing = "";
        delivery.flush();
        List<String> kept = new ArrayList<>();
        for (byte[] content : stored.values()) kept.addAll(lines(content));
        assertTrue(kept.contains(SIX + 2) && !kept.contains(SIX + 0), kept.toString());
    }

    @Test
    void aLoopLosesBatchesThatNobodyWritesAndKnowsHowMany() {
        LogRing<Distribution> ring = new LogRing<>();
        int kept = 0;
        for (int i = 0; i < 2 * LogRing.BATCHES; i++) if (ring.handOver()) kept++;
        assertEquals(LogRing.BATCHES - 1, kept);
        assertTrue(ring.next() != null);
        ring.done();
        assertTrue(ring.handOver());
        assertFalse(ring.handOver());
    }

    private Path only(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(suffix)).toList();
            assertEquals(1, found.size());
            return found.getFirst();
        }
    }
}
