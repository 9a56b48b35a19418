package dev.perigee.edge.log;

import dev.perigee.core.geo.Locations;
import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RealtimeLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The real-time logs of one edge: each in a file of its own, and in a stream. Event loops leave records here and go on; what
 * comes faster than it is written is dropped and counted. Records leave in the order in which they came, and their times never
 * go back.
 */
public final class RealtimeLogs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RealtimeLogs.class);
    static final long OCTETS_MAX = 8L << 20;
    /** What a record costs besides its octets. */
    static final int OVERHEAD = 64;

    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** A clock that was set back by more has another idea of time. */
    private static final long CLOCK_STEP_MILLIS = 1_000;

    private static final int FILES_OPEN_MAX = 16;

    private final Path folder;
    private final String edgeLocation;
    private final Locations locations;
    private final RecordStream stream;
    private final ReentrantLock writing = new ReentrantLock();
    /** Guarded by {@link #writing}; the one used last is last. */
    private final Map<String, LocalLog> files = new LinkedHashMap<>(16, 0.75f, true);

    private long warned = System.nanoTime() - WARNING_NANOS;

    /** Guarded by this, with what follows. */
    private ArrayDeque<Entry> waiting = new ArrayDeque<>();

    private long octets;
    private long lastMillis;
    private long sampled;
    private long dropped;

    private final AtomicReference<@Nullable Thread> writer = new AtomicReference<>();
    private volatile boolean closed;

    // Never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(RealtimeLog log, byte[] record) {}

    /**
     * Makes nothing before there is a record.
     *
     * @param folder for the files
     * @param stream closed with this
     */
    public RealtimeLogs(Path folder, String edgeLocation, Locations locations, RecordStream stream) {
        this.folder = folder;
        this.edgeLocation = edgeLocation;
        this.locations = locations;
        this.stream = stream;
    }

    LoopRecords ofLoop() {
        return new LoopRecords(this, edgeLocation, locations);
    }

    /** Takes a record, or drops it. Any thread. */
    void add(RealtimeLog log, byte[] record, long nowMillis) {
        synchronized (this) {
            sampled++;
            int size = record.length + OVERHEAD;
            if (octets + size > OCTETS_MAX) {
                dropped++;
                return;
            }
            if (nowMillis < lastMillis && lastMillis - nowMillis < CLOCK_STEP_MILLIS) stamp(log, record, lastMillis);
            else lastMillis = nowMillis;
            waiting.add(new Entry(log, record));
            octets += size;
        }
        if (writer.get() == null) begin();
    }

    /** Two loops end requests in one millisecond, and the other was first here. */
    private static void stamp(RealtimeLog log, byte[] record, long millis) {
        if (log.fields().getFirst() != LogField.TIMESTAMP) return;
        LogText text = new LogText(24);
        byte[] time = text.thousandths(millis).since(0);
        if (time.length < record.length && record[time.length] <= ' ')
            System.arraycopy(time, 0, record, 0, time.length);
    }

    private void begin() {
        Thread fresh =
                Thread.ofPlatform().daemon().name("realtime-" + edgeLocation).unstarted(this::run);
        if (!closed && writer.compareAndSet(null, fresh)) fresh.start();
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, NAP_NANOS);
            flush();
        }
    }

    /** Writes what is waiting. */
    public void flush() {
        writing.lock();
        try {
            ArrayDeque<Entry> taken = take();
            while (!taken.isEmpty()) write(taken);
        } catch (RuntimeException e) {
            // Whatever is wrong with some records, others will come.
            LOG.error("real-time logs of {} failed", edgeLocation, e);
        } finally {
            writing.unlock();
        }
    }

    private synchronized ArrayDeque<Entry> take() {
        ArrayDeque<Entry> taken = waiting;
        waiting = new ArrayDeque<>();
        octets = 0;
        return taken;
    }

    /** Neighbours of one log with one write. */
    private void write(ArrayDeque<Entry> taken) {
        RealtimeLog log = taken.getFirst().log();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (!taken.isEmpty() && taken.getFirst().log().name().equals(log.name())) {
            Entry entry = taken.removeFirst();
            text.writeBytes(entry.record());
            stream.add(entry.log().stream(), entry.record());
        }
        try {
            file(log.name()).append(text.toByteArray(), text.size());
        } catch (IOException e) {
            warn(e);
        }
    }

    private LocalLog file(String name) throws IOException {
        LocalLog known = files.get(name);
        if (known != null) return known;
        if (files.size() >= FILES_OPEN_MAX) {
            String eldest = files.keySet().iterator().next();
            LocalLog old = files.remove(eldest);
            if (old != null) old.close();
        }
        Files.createDirectories(folder);
        LocalLog fresh = LocalLog.ofRecords(folder.resolve(name + ".log"));
        files.put(name, fresh);
        return fresh;
    }

    private void warn(IOException e) {
        long now = System.nanoTime();
        if (now - warned < WARNING_NANOS) return;
        warned = now;
        LOG.warn("real-time logs of {} cannot be written: {}", edgeLocation, e.toString());
    }

    public RealtimeStatus status() {
        StreamStatus after = stream.status();
        synchronized (this) {
            return new RealtimeStatus(sampled, dropped, after);
        }
    }

    /** Writes what is there. */
    @Override
    public void close() {
        closed = true;
        Thread running = writer.get();
        if (running != null) {
            LockSupport.unpark(running);
            try {
                running.join(5_000);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        flush();
        stream.close();
        writing.lock();
        try {
            for (LocalLog file : files.values()) file.close();
            files.clear();
        } catch (IOException e) {
            warn(e);
        } finally {
            writing.unlock();
        }
    }
}
