package dev.perigee.edge.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Traffic;
import dev.perigee.core.traffic.TrafficSample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficFileTest {
    /** The beginning of an hour. */
    private static final long TEN = 1_795_687_200;

    private final Path file;

    TrafficFileTest(@TempDir Path temporary) {
        file = temporary.resolve("metrics");
    }

    private static Traffic requests(int requests) {
        long[] counts = new long[Count.kinds()];
        counts[Count.REQUESTS.index()] = requests;
        counts[Count.SENT.index()] = 100L * requests;
        int[] taken = new int[Latencies.STEPS];
        taken[7] = requests;
        return Traffic.of(counts, Latencies.of(taken), Latencies.NONE);
    }

    private static long sum(TrafficLedger ledger, long from, long to) {
        return ledger.between("E1", from, to).stream()
                .mapToLong(sample -> sample.traffic().get(Count.REQUESTS))
                .sum();
    }

    @Test
    void whatWasCountedIsThereAfterARestartAndGoesOn() {
        TrafficLedger ledger = new TrafficLedger();
        try (var _ = new TrafficFile(file, "IAD", ledger)) {
            ledger.add(TEN + 3, "E1", requests(5));
            ledger.add(TEN + 62, "E1", requests(7));
        }
        TrafficLedger next = new TrafficLedger();
        try (var _ = new TrafficFile(file, "IAD", next)) {
            next.add(TEN + 70, "E1", requests(11));
        }
        TrafficLedger last = new TrafficLedger();
        try (var _ = new TrafficFile(file, "IAD", last)) {
            List<TrafficSample> samples = last.between("E1", TEN, TEN + 3600);
            assertEquals(
                    List.of(TEN, TEN + 60),
                    samples.stream().map(TrafficSample::second).toList());
            assertEquals(5, samples.get(0).traffic().get(Count.REQUESTS));
            assertEquals(18, samples.get(1).traffic().get(Count.REQUESTS));
            assertEquals(1800, samples.get(1).traffic().get(Count.SENT));
            assertEquals(18, samples.get(1).traffic().taken().count());
            assertEquals(0, last.totals().size(), "counters begin anew, as Prometheus wants them");
        }
    }

    @Test
    void minutesThatAreGoneAreInTheirHours() {
        TrafficLedger ledger = new TrafficLedger();
        try (var _ = new TrafficFile(file, "IAD", ledger)) {
            // Two days, by the minute, of which one is kept.
            for (int minute = 0; minute < 2 * 24 * 60; minute++) ledger.add(TEN + 60L * minute, "E1", requests(1));
        }
        TrafficLedger next = new TrafficLedger();
        try (var _ = new TrafficFile(file, "IAD", next)) {
            assertEquals(2 * 24 * 60, sum(next, TEN, TEN + 2 * 86_400));
            assertEquals(60, sum(next, TEN + 3600, TEN + 7200));
            assertEquals(1, sum(next, TEN + 2 * 86_400 - 60, TEN + 2 * 86_400));
        }
    }

    @Test
    void aLineThatWasCutOffCostsItselfOnly() throws IOException {
        String whole = new TrafficLine(false, TEN, "E1", requests(5)).text();
        Files.writeString(file, whole + "\nM 17 =E1 REQUESTS:1", StandardCharsets.ISO_8859_1);
        TrafficLedger ledger = new TrafficLedger();
        try (var _ = new TrafficFile(file, "IAD", ledger)) {
            ledger.add(TEN + 61, "E1", requests(2));
        }
        TrafficLedger next = new TrafficLedger();
        try (var _ = new TrafficFile(file, "IAD", next)) {
            assertEquals(7, sum(next, TEN, TEN + 120));
        }
    }

    @Test
    void damagedLinesAreNone() throws IOException {
        String whole = new TrafficLine(true, TEN, "", requests(5)).text();
        TrafficLine read = TrafficLine.parse(whole);
        assertNotNull(read);
        assertTrue(read.hour());
        assertEquals("", read.distribution());
        for (int length = 0; length < whole.length(); length++)
            assertNull(TrafficLine.parse(whole.substring(0, length)), whole.substring(0, length));
        assertNull(TrafficLine.parse(whole.replace("REQUESTS", "REQUEST")));
        assertNull(TrafficLine.parse(whole.replace("7:", "9999:")));
        Files.write(file, new byte[] {0, -1, '\n', 'M', ' '}, StandardOpenOption.CREATE);
        TrafficLedger ledger = new TrafficLedger();
        try (var _ = new TrafficFile(file, "IAD", ledger)) {
            assertEquals(0, sum(ledger, 0, Long.MAX_VALUE));
        }
    }
}
