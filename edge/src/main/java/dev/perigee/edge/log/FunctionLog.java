package dev.perigee.edge.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What functions say: a file for each, of bounded size, with one older one. Written by a thread that exists while there is
 * something to write; what comes faster than the disk takes it is dropped, and the log says so.
 */
public final class FunctionLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionLog.class);
    private static final long FILE_MAX = 1 << 20;
    private static final int WAITING_MAX = 1024;

    private final Path directory;
    /** Guarded by this. */
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();

    private boolean writing;
    private long dropped;

    private record Entry(String function, String text) {}

    /** @param directory made when there is something to write */
    public FunctionLog(Path directory) {
        this.directory = directory;
    }

    /** Adds what one run has said; never waits. */
    public void add(String function, String distribution, String requestId, Instant at, List<String> lines) {
        addStarted(function, "START DistributionID: " + distribution, requestId, at, lines);
    }

    /** Likewise, for a run that says itself how it has begun. */
    public void addStarted(String function, String start, String requestId, Instant at, List<String> lines) {
        StringBuilder text = new StringBuilder();
        line(text, at, requestId, start);
        for (String each : lines) each.lines().forEach(part -> line(text, at, requestId, part));
        line(text, at, requestId, "END");
        synchronized (this) {
            if (waiting.size() >= WAITING_MAX) {
                dropped++;
                return;
            }
            waiting.add(new Entry(function, text.toString()));
            if (writing) return;
            writing = true;
        }
        Thread.ofVirtual().name("function-log").start(this::write);
    }

    private static void line(StringBuilder text, Instant at, String requestId, String what) {
        text.append(at).append(' ').append(requestId).append(' ');
        for (int i = 0; i < what.length(); i++) {
            char c = what.charAt(i);
            // Nothing that a function writes moves a terminal's cursor.
            text.append(Character.isISOControl(c) && c != '\t' ? '?' : c);
        }
        text.append('\n');
    }

    private void write() {
        while (true) {
            List<Entry> batch;
            long lost;
            synchronized (this) {
                if (waiting.isEmpty()) {
                    writing = false;
                    notifyAll();
                    return;
                }
                batch = new ArrayList<>(waiting);
                waiting.clear();
                lost = dropped;
                dropped = 0;
            }
            if (lost > 0) LOG.warn("{} entries of function logs were dropped", lost);
            for (Entry entry : batch) append(entry);
        }
    }

    private void append(Entry entry) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path file = directory.resolve(entry.function() + ".log");
            if (Files.exists(file) && Files.size(file) > FILE_MAX) {
                Files.move(file, directory.resolve(entry.function() + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.write(
                    file,
                    entry.text().getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.warn("the log of function {} cannot be written: {}", entry.function(), e.toString());
        }
    }

    /** Waits, not for long, until everything is written. */
    @Override
    public synchronized void close() {
        long end = System.nanoTime() + 2_000_000_000L;
        try {
            while (writing && System.nanoTime() - end < 0) wait(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
