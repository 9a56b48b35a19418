package dev.perigee.edge.traffic;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an edge's metrics over restarts: what has changed is appended every few seconds, and the last line about a minute is
 * what counts. A file that has grown is written anew, with what the ledger has.
 */
public final class TrafficFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficFile.class);
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long OCTETS_MAX = 16L << 20;
    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Path file;
    private final TrafficLedger ledger;
    private final Thread thread;
    private long warned = System.nanoTime() - WARNING_NANOS;
    private volatile boolean closed;

    /** Reads what there is into the ledger, and writes from then on. What cannot be read is begun anew. */
    public TrafficFile(Path file, String name, TrafficLedger ledger) {
        this.file = file;
        this.ledger = ledger;
        ledger.restore(read());
        this.thread = Thread.ofPlatform().daemon().name("metrics-" + name).start(this::run);
    }

    private List<TrafficLine> read() {
        List<TrafficLine> lines = new ArrayList<>();
        if (!Files.exists(file)) return lines;
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                TrafficLine line = TrafficLine.parse(text);
                if (line != null) lines.add(line);
            }
        } catch (IOException e) {
            LOG.warn("metrics of before cannot be read from {}: {}", file, e.toString());
        }
        return lines;
    }

    private void run() {
        // Begins a line of its own where the last one was cut off, and is rid of lines that others have replaced.
        boolean anew = Files.exists(file);
        while (!closed) {
            if (write(anew)) anew = false;
            LockSupport.parkNanos(this, EVERY_NANOS);
        }
        write(anew);
    }

    private boolean write(boolean anew) {
        try {
            List<TrafficLine> changed = ledger.changed();
            if (anew || (Files.exists(file) && Files.size(file) > OCTETS_MAX)) {
                Path fresh = file.resolveSibling(file.getFileName() + ".new");
                append(fresh, ledger.all(), StandardOpenOption.TRUNCATE_EXISTING);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            } else if (!changed.isEmpty()) {
                append(file, changed, StandardOpenOption.APPEND);
            }
            return true;
        } catch (IOException e) {
            long now = System.nanoTime();
            if (now - warned >= WARNING_NANOS) {
                warned = now;
                LOG.warn("metrics cannot be kept in {}: {}", file, e.toString());
            }
            return false;
        }
    }

    private static void append(Path to, List<TrafficLine> lines, StandardOpenOption how) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(
                to, StandardCharsets.ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
            for (TrafficLine line : lines) writer.append(line.text()).append('\n');
        }
    }

    /** Writes what is there. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(5_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
