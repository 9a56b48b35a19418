package dev.perigee.app.cli;

import dev.perigee.analytics.store.RequestStore;
import dev.perigee.analytics.store.RequestTable;
import dev.perigee.analytics.store.Retention;
import dev.perigee.app.analytics.KeptRequests;
import dev.perigee.app.folder.Settings;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/** What the edges of a system have logged until now, whether they run or not. */
final class LoggedRequests {
    private LoggedRequests() {}

    /** Takes in what is new, and opens the table. */
    static RequestTable open(Console console, SystemFolder folder) throws IOException {
        if (!Files.isDirectory(folder.root())) {
            throw new IOException("there is no system in " + folder.root() + "; start one with ./perigee up --detach");
        }
        RequestStore store = KeptRequests.store(folder, retention(console, folder));
        RequestStore.Taken taken = store.takeIn(folder.accessLogs());
        if (taken.unreadable() > 0) {
            console.err()
                    .println("perigee: " + taken.unreadable()
                            + " lines are no requests in CloudFront's standard format; they are left out");
        }
        return store.open();
    }

    /**
     * How much is kept for reports.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    static Retention retention(Console console, SystemFolder folder) {
        Settings settings = Settings.of(folder, console.environment());
        String size = settings.text("requests-size");
        String days = settings.text("requests-days");
        if (days != null && !days.matches("[0-9]{1,4}")) {
            throw new IllegalArgumentException("requests-days is a number of days, not " + days);
        }
        return new Retention(
                size == null ? Retention.USUAL.octets() : ByteSize.parse(size).bytes(),
                days == null ? Retention.USUAL.age() : Duration.ofDays(Long.parseLong(days)));
    }
}
