package dev.perigee.edge.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.cost.PriceRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpendingLedgerTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T23:59:58Z"));

    @TempDir
    Path folder = Path.of("");

    private SpendingLedger open() throws IOException {
        return SpendingLedger.open(folder.resolve("spending"), now::get);
    }

    @Test
    void regionsAreSummedAndARestartForgetsNothing() throws IOException {
        try (SpendingLedger ledger = open()) {
            ledger.tally("E1", PriceRegion.of("IAD")).sent(10L << 30);
            Tally sydney = ledger.tally("E1", PriceRegion.of("SYD"));
            sydney.sent(1L << 30);
            for (int i = 0; i < 10_000; i++) sydney.request(true);
            ledger.tally("E2", PriceRegion.of("FRA")).request(false);
            assertEquals(850_000 + 114_000 + 12_500, ledger.microUsd("E1"), 0.1);
        }
        try (SpendingLedger ledger = open()) {
            assertEquals(976_500, ledger.microUsd("E1"), 0.1);
            assertEquals(0.9, ledger.microUsd("E2"), 0.01);
            assertEquals(0, ledger.microUsd("E3"));
            ledger.tally("E1", PriceRegion.of("IAD")).sent(1L << 30);
            assertEquals(976_500 + 85_000, ledger.microUsd("E1"), 0.1);
            assertEquals(2, ledger.all().size());
        }
    }

    @Test
    void theNextMonthBeginsAtNothing() throws IOException {
        try (SpendingLedger ledger = open()) {
            ledger.tally("E1", PriceRegion.JAPAN).sent(1L << 30);
            assertEquals(2, ledger.secondsLeft());
            now.set(Instant.parse("2026-12-01T00:00:00Z"));
            assertEquals(0, ledger.microUsd("E1"));
            ledger.tally("E1", PriceRegion.JAPAN).sent(1L << 30);
            assertEquals(114_000, ledger.microUsd("E1"), 0.1);
            assertEquals("2026-12", ledger.all().getFirst().month());
        }
        now.set(Instant.parse("2027-01-01T00:00:00Z"));
        try (SpendingLedger ledger = open()) {
            assertEquals(0, ledger.microUsd("E1"));
        }
    }

    /** A figure that nobody can vouch for is not gone by, and not thrown away either. */
    @Test
    void aDamagedFileIsPutAside() throws IOException {
        try (SpendingLedger ledger = open()) {
            ledger.tally("E1", PriceRegion.JAPAN).sent(1L << 30);
        }
        Path file = folder.resolve("spending");
        Files.writeString(file, Files.readString(file).replace("1073741824", "1073741"));
        try (SpendingLedger ledger = open()) {
            assertEquals(0, ledger.microUsd("E1"));
        }
        assertTrue(Files.exists(folder.resolve("spending.damaged")));
        Files.writeString(file, "");
        open().close();
    }
}
