package dev.perigee.app.local;

import dev.perigee.app.clock.ManualClock;
import dev.perigee.app.folder.OwnerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;

/** A manual clock whose time is in a file: what a system has stored is not from the future when it starts again. */
final class KeptClock {
    private KeptClock() {}

    /**
     * The clock, which stands where it was left, or at the start when that is later.
     *
     * @throws IOException when the file is no time: whatever it said, going back behind it would be wrong
     */
    static ManualClock open(Path file, Instant start) throws IOException {
        Instant left = Files.exists(file) ? read(file) : start;
        return new ManualClock(left.isAfter(start) ? left : start, time -> OwnerFile.write(file, time + "\n"));
    }

    private static Instant read(Path file) throws IOException {
        try {
            return Instant.parse(Files.readString(file).strip());
        } catch (DateTimeException e) {
            throw new IOException(file + " is no time; without it the clock begins at real time", e);
        }
    }
}
