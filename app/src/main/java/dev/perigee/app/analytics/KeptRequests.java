package dev.perigee.app.analytics;

import dev.perigee.analytics.store.RequestStore;
import dev.perigee.analytics.store.Retention;
import dev.perigee.app.folder.OwnerFile;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what edges log before their files are rotated away. Looks at sizes only, until there is enough: a system that
 * serves little never loads the database. A system that is busy is left alone: taking in a request costs as much as serving it.
 */
public final class KeptRequests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeptRequests.class);
    /** Of the 320 MB that an edge keeps. */
    private static final long ENOUGH = 48L << 20;

    private static final Duration EVERY = Duration.ofSeconds(20);
    /** A quarter of one core. */
    private static final int CALM_PART = 4;

    private final SystemFolder folder;
    private final Retention retention;
    private final Thread thread;

    private KeptRequests(SystemFolder folder, Retention retention) {
        this.folder = folder;
        this.retention = retention;
        this.thread = Thread.ofPlatform().daemon().name("requests-kept").unstarted(this::run);
    }

    /** Goes on in the background. */
    public static KeptRequests start(SystemFolder folder, Retention retention) {
        var kept = new KeptRequests(folder, retention);
        kept.thread.start();
        return kept;
    }

    /** The requests of a system. */
    public static RequestStore store(SystemFolder folder, Retention retention) throws IOException {
        return new RequestStore(OwnerFile.folder(folder.analytics()), retention, InstantSource.system());
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Duration before = cpu();
                Thread.sleep(EVERY);
                if (isCalm(cpu().minus(before), EVERY)) once();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Whether a process that has used so much CPU in this time has some to spare. */
    static boolean isCalm(Duration cpu, Duration time) {
        return cpu.multipliedBy(CALM_PART).compareTo(time) < 0;
    }

    private void once() {
        try {
            RequestStore store = store(folder, retention);
            if (store.waiting(folder.accessLogs()) < ENOUGH) return;
            RequestStore.Taken taken = store.takeIn(folder.accessLogs());
            LOG.info("{} logged requests are kept for reports", taken.lines());
        } catch (IOException | RuntimeException | LinkageError e) {
            // Serving goes on; the next round tries again, and rotated logs wait for some hundred megabytes.
            LOG.warn("logged requests could not be kept for reports: {}", e.toString());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(10_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
