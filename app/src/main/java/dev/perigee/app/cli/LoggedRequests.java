package dev.perigee.app.cli;

import dev.perigee.analytics.store.RequestStore;
import dev.perigee.analytics.store.RequestTable;
import dev.perigee.analytics.store.Retention;
import dev.perigee.app.analytics.KeptRequests;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.Settings;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

/** What the edges of a system have logged until now, whether they run or not. */
final class LoggedRequests {
    private LoggedRequests() {}

    /** Takes in what is new, and opens the table. */
    static RequestTable open(Console console, SystemFolder folder) throws IOException {
        if (!Files.isDirectory(folder.root())) {
            throw new IOException("there is no system in " + folder.root() + "; start one with ./perigee up --detach");
        }
        flush(console, folder);
        RequestStore store = KeptRequests.store(folder, retention(console, folder));
        RequestStore.Taken taken = store.takeIn(folder.accessLogs());
        if (taken.unreadable() > 0) {
            console.err()
                    .println("perigee: " + taken.unreadable()
                            + " lines are no requests in CloudFront's standard format; they are left out");
        }
        return store.open();
    }

    /** Has a running system write what it has in its buffers, so that the newest requests are there. */
    private static void flush(Console console, SystemFolder folder) {
        try {
            RunFile run = RunFile.live(folder);
            if (run == null) return;
            for (RunFile.PopAddresses pop : run.pops()) {
                AdminCall.json("POST", pop.admin() + "/logs/flush", Map.of("X-Perigee-Token", run.adminToken()));
            }
        } catch (IOException e) {
            console.err().println("perigee: the requests of the last second may be missing: " + e.getMessage());
        }
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
