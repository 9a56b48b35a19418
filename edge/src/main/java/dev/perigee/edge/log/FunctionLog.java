package dev.perigee.edge.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
    /** Of text that is written at once. */
    private static final int TOGETHER = 64 << 10;
    /**
     * What is said in this time is written at once: else a function that always fails costs more to write about than to run, and
     * others wait for it.
     */
    private static final long NAP_MILLIS = 100;

    private final Path directory;
    /** Guarded by this. */
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();

    private boolean writing;
    private boolean closed;
    private long dropped;

    private record Entry(String function, String start, String requestId, Instant at, List<String> lines) {}

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
        synchronized (this) {
            if (waiting.size() >= WAITING_MAX) {
                dropped++;
                return;
            }
            waiting.add(new Entry(function, start, requestId, at, List.copyOf(lines)));
            if (writing) return;
            writing = true;
        }
        Thread.ofVirtual().name("function-log").start(this::write);
    }

    private void write() {
        for (List<Entry> batch = next(); !batch.isEmpty(); batch = next()) {
            Map<String, StringBuilder> texts = new LinkedHashMap<>();
            for (Entry entry : batch) {
                StringBuilder text = texts.computeIfAbsent(entry.function, _ -> new StringBuilder());
                write(text, entry);
                if (text.length() > TOGETHER) append(entry.function, text);
            }
            texts.forEach(this::append);
            nap();
        }
    }

    /** What is to be written now; nothing ends the thread. */
    private List<Entry> next() {
        List<Entry> batch;
        long lost;
        synchronized (this) {
            batch = new ArrayList<>(waiting);
            waiting.clear();
            lost = dropped;
            dropped = 0;
            if (batch.isEmpty()) {
                writing = false;
                notifyAll();
            }
        }
        if (lost > 0) LOG.warn("{} entries of function logs were dropped", lost);
        return batch;
    }

    private synchronized void nap() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(NAP_MILLIS);
        try {
            for (long left = NAP_MILLIS; left > 0 && !closed; ) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(StringBuilder text, Entry entry) {
        String begin = entry.at + " " + entry.requestId + ' ';
        line(text.append(begin), entry.start);
        for (String said : entry.lines) {
            // As String.lines has them, which a stream would take ten times as long for.
            for (int from = 0; from < said.length(); ) {
                int to = from;
                while (to < said.length() && said.charAt(to) != '\n' && said.charAt(to) != '\r') to++;
                line(text.append(begin), said.substring(from, to));
                boolean two = to + 1 < said.length() && said.charAt(to) == '\r' && said.charAt(to + 1) == '\n';
                from = to + (two ? 2 : 1);
            }
        }
        line(text.append(begin), "END");
    }

    private static void line(StringBuilder text, String what) {
        for (int i = 0; i < what.length(); i++) {
            char c = what.charAt(i);
            // Nothing that a function writes moves a terminal's cursor.
            text.append(Character.isISOControl(c) && c != '\t' ? '?' : c);
        }
        text.append('\n');
    }

    private void append(String function, StringBuilder text) {
        ByteBuffer octets = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
        if (!octets.hasRemaining()) return;
        try (FileChannel channel = open(directory.resolve(function + ".log"))) {
            while (octets.hasRemaining()) channel.write(octets);
        } catch (IOException e) {
            LOG.warn("the log of function {} cannot be written: {}", function, e.toString());
        }
    }

    private FileChannel open(Path file) throws IOException {
        FileChannel opened;
        try {
            opened = appending(file);
        } catch (NoSuchFileException first) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            opened = appending(file);
        }
        if (opened.size() <= FILE_MAX) return opened;
        opened.close();
        Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        return appending(file);
    }

    private static FileChannel appending(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /** Waits, not for long, until everything is written. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        long end = System.nanoTime() + 2_000_000_000L;
        try {
            while (writing && System.nanoTime() - end < 0) wait(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
