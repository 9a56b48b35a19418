package dev.perigee.edge.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.geo.Locations;
import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RealtimeLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealtimeLogsTest {
    private static final RealtimeLog LIVE =
            new RealtimeLog("live", 100, List.of(LogField.TIMESTAMP, LogField.C_IP), "photos");
    private static final long NOW = 1_790_000_000_500L;

    private final Path folder;
    private final Kept kept = new Kept();

    RealtimeLogsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Remembers what it was given. */
    private static final class Kept implements RecordStream {
        final List<String> records = new ArrayList<>();

        @Override
        public void add(String stream, byte[] record) {
            records.add(stream + " " + new String(record, ISO_8859_1));
        }

        @Override
        public StreamStatus status() {
            return StreamStatus.NONE;
        }

        @Override
        public void close() {}
    }

    private static byte[] record(String text) {
        return (text + '\n').getBytes(ISO_8859_1);
    }

    @Test
    void recordsGoToTheFileOfTheirConfigAndToItsStream() throws IOException {
        RealtimeLog other = new RealtimeLog("other", 1, List.of(LogField.C_IP), "photos");
        try (var logs = new RealtimeLogs(folder, "IAD50-P1", Locations.NONE, kept)) {
            logs.add(LIVE, record("1790000000.500\t192.0.2.1"), NOW);
            logs.add(other, record("192.0.2.2"), NOW);
            logs.flush();
            assertEquals(List.of("1790000000.500\t192.0.2.1"), Files.readAllLines(folder.resolve("live.log")));
            assertEquals(List.of("192.0.2.2"), Files.readAllLines(folder.resolve("other.log")));
            assertEquals(List.of("photos 1790000000.500\t192.0.2.1\n", "photos 192.0.2.2\n"), kept.records);
        }
    }

    @Test
    void timesNeverGoBackUnlessTheClockDoes() throws IOException {
        try (var logs = new RealtimeLogs(folder, "IAD50-P1", Locations.NONE, kept)) {
            logs.add(LIVE, record("1790000000.500\ta"), NOW);
            logs.add(LIVE, record("1790000000.499\tb"), NOW - 1);
            logs.add(LIVE, record("1789999990.500\tc"), NOW - 10_000);
            logs.flush();
            assertEquals(
                    List.of("1790000000.500\ta", "1790000000.500\tb", "1789999990.500\tc"),
                    Files.readAllLines(folder.resolve("live.log")));
        }
    }

    @Test
    void whatComesFasterThanItIsWrittenIsDroppedAndCounted() throws IOException {
        byte[] large = record("x".repeat(64 << 10));
        var logs = new RealtimeLogs(folder, "IAD50-P1", Locations.NONE, kept);
        // The writer naps first; what does not fit meanwhile is gone, and nobody has waited.
        int room = (int) (RealtimeLogs.OCTETS_MAX / (large.length + RealtimeLogs.OVERHEAD));
        int given = 4 * room;
        for (int i = 0; i < given; i++) logs.add(LIVE, large, NOW);
        logs.close();
        RealtimeStatus status = logs.status();
        assertEquals(given, status.sampled());
        assertTrue(status.dropped() > 0, status.toString());
        assertEquals(given, status.dropped() + kept.records.size());
    }
}
