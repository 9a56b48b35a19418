package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perigee.app.clock.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptClockTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);

    @TempDir
    Path folder = Path.of("");

    private Path file() {
        return folder.resolve("clock");
    }

    @Test
    void aClockThatWasMovedStandsThereAfterARestart() throws IOException {
        ManualClock first = KeptClock.open(file(), NOON);
        assertEquals(NOON, first.instant());
        first.advance(DAY);
        first.advance(DAY);
        assertEquals(NOON.plus(DAY).plus(DAY), KeptClock.open(file(), NOON).instant());
        assertEquals(
                NOON.plus(DAY).plus(DAY), KeptClock.open(file(), NOON.plus(DAY)).instant());
    }

    @Test
    void realTimeThatHasPassedItWins() throws IOException {
        KeptClock.open(file(), NOON).advance(DAY);
        Instant later = NOON.plus(Duration.ofHours(25));
        assertEquals(later, KeptClock.open(file(), later).instant());
    }

    @Test
    void aFileThatIsNoTimeIsNotGuessedAt() throws IOException {
        Files.writeString(file(), "yesterday");
        assertThrows(IOException.class, () -> KeptClock.open(file(), NOON));
    }

    @Test
    void aTimeThatCannotBeKeptIsNotReached() {
        ManualClock clock = new ManualClock(NOON, _ -> {
            throw new IOException("no space left");
        });
        assertThrows(IOException.class, () -> clock.advance(DAY));
        assertEquals(NOON, clock.instant());
    }
}
