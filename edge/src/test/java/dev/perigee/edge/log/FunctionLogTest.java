package dev.perigee.edge.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionLogTest {
    private static final Instant AT = Instant.parse("2026-11-26T18:00:00.123Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void eachLineIsOnALineWithItsRequest() throws IOException {
        Path directory = folder.resolve("functions");
        try (FunctionLog log = new FunctionLog(directory)) {
            log.add("a", "E1", "r1", AT, List.of("one\ntwo\r\nthree\rfour", "", "tab\tand \u001b[2Jé", "last\n"));
            log.add("b", "E1", "r2", AT, List.of());
            log.addStarted("a", "START RequestId: 7", "r3", AT, List.of("\n\nthird"));
        }
        String r1 = AT + " r1 ";
        assertEquals(
                List.of(
                        r1 + "START DistributionID: E1",
                        r1 + "one",
                        r1 + "two",
                        r1 + "three",
                        r1 + "four",
                        r1 + "tab\tand ?[2Jé",
                        r1 + "last",
                        r1 + "END",
                        AT + " r3 START RequestId: 7",
                        AT + " r3 ",
                        AT + " r3 ",
                        AT + " r3 third",
                        AT + " r3 END"),
                Files.readAllLines(directory.resolve("a.log")));
        assertEquals(2, Files.readAllLines(directory.resolve("b.log")).size());
    }

    @Test
    void twoFilesOfAboutAMegabyteAreKept() throws IOException {
        String large = "x".repeat(10_000);
        try (FunctionLog log = new FunctionLog(folder)) {
            for (int i = 0; i < 500; i++) log.add("a", "E1", "r" + i, AT, List.of(large));
        }
        long newest = Files.size(folder.resolve("a.log"));
        long older = Files.size(folder.resolve("a.log.1"));
        assertTrue(older > 1 << 20 && older < (1 << 20) + (80 << 10), "older " + older);
        assertTrue(newest <= older, "newest " + newest);
        assertTrue(Files.readString(folder.resolve("a.log")).endsWith(" r499 END\n"));
    }

    @Test
    void whatDoesNotFitIsDroppedAndTheRestIsWritten() throws IOException {
        try (FunctionLog log = new FunctionLog(folder)) {
            for (int i = 0; i < 20_000; i++) log.add("a", "E1", "r" + i, AT, List.of());
        }
        List<String> lines = Files.readAllLines(folder.resolve("a.log"));
        assertTrue(lines.size() >= 2 * 1024 && lines.size() % 2 == 0, lines.size() + " lines");
        assertFalse(Files.exists(folder.resolve("b.log")));
    }
}
