package dev.perigee.edge.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings spool files into buckets, every few seconds, and again for as long as a bucket does not take them. A file stays until
 * all of it is delivered; a bucket that fails is left alone for a while, and does not hold up the others.
 */
final class LogDelivery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogDelivery.class);
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long BACKOFF_MAX_NANOS = TimeUnit.MINUTES.toNanos(5);
    /** What may wait for a bucket that fails. */
    private static final long OCTETS_MAX = 256L << 20;

    private final Path folder;
    private final String pop;
    private final LogBuckets buckets;
    private final TableFile tables;
    private final Sync sync;
    private final long octetsMax;
    /** By file name: what is known to be left of it. */
    private final Map<String, List<Left>> left = new HashMap<>();

    private final Map<String, Trouble> troubles = new HashMap<>();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong objects = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile long waitingOctets;
    private volatile String failure = "";
    private volatile boolean afterKill;
    private volatile boolean closed;
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

    /** Makes sure that everything that was logged is in complete files. */
    @FunctionalInterface
    interface Sync {
        void sync() throws IOException;
    }

    /** An object that is still to be delivered. */
    private record Left(String bucket, String key) {}

    /** A bucket that failed. */
    private record Trouble(int failures, long notBefore) {}

    LogDelivery(Path folder, String pop, LogBuckets buckets, TableFile tables, Sync sync) {
        this(folder, pop, buckets, tables, sync, OCTETS_MAX);
    }

    LogDelivery(Path folder, String pop, LogBuckets buckets, TableFile tables, Sync sync, long octetsMax) {
        this.folder = folder;
        this.tables = tables;
        this.pop = pop;
        this.buckets = buckets;
        this.sync = sync;
        this.octetsMax = octetsMax;
    }

    /**
     * Takes over what an earlier process has left.
     *
     * @param killed whether that has not ended by itself
     */
    void recover(boolean killed) throws IOException {
        afterKill = killed;
        if (killed) {
            LOG.warn(
                    "{}: the last process was killed; log lines of up to its last second are missing, the others are"
                            + " delivered",
                    pop);
        }
        if (!Files.isDirectory(folder)) return;
        for (Path file : files(Spool.OPEN)) {
            String name = file.getFileName().toString();
            String full = name.substring(0, name.length() - Spool.OPEN.length()) + Spool.FULL;
            Files.move(file, folder.resolve(full), StandardCopyOption.ATOMIC_MOVE);
        }
        if (!files(Spool.FULL).isEmpty()) begin(0);
    }

    /** From now on there is something to deliver. The writer of the log, for whom others wait, must not wait here. */
    void begin() {
        begin(EVERY_NANOS);
    }

    private void begin(long wait) {
        if (thread.get() != null || closed) return;
        Thread fresh = Thread.ofPlatform().daemon().name("log-delivery-" + pop).unstarted(() -> run(wait));
        if (thread.compareAndSet(null, fresh)) fresh.start();
    }

    private void run(long wait) {
        pause(wait);
        while (!closed) {
            try {
                deliver(false);
            } catch (IOException | RuntimeException e) {
                LOG.warn("{}: logs cannot be delivered: {}", pop, e.toString());
            }
            pause(EVERY_NANOS);
        }
    }

    private void pause(long nanos) {
        long due = System.nanoTime() + nanos;
        while (!closed && due - System.nanoTime() > 0) LockSupport.parkNanos(this, due - System.nanoTime());
    }

    /** Delivers everything now, buckets in trouble included. */
    LogFlush flush() {
        synchronized (this) {
            long lines = delivered.get();
            long count = objects.get();
            String trouble = "";
            try {
                deliver(true);
            } catch (IOException e) {
                trouble = e.toString();
            }
            long open = left.values().stream().mapToLong(List::size).sum();
            if (trouble.isEmpty() && open > 0) trouble = failure;
            return new LogFlush(delivered.get() - lines, objects.get() - count, open, trouble);
        }
    }

    private synchronized void deliver(boolean all) throws IOException {
        sync.sync();
        if (!Files.isDirectory(folder)) return;
        if (all) troubles.clear();
        List<Path> files = files(Spool.FULL);
        shed(files);
        for (Path file : files) {
            if (closed) return;
            deliver(file);
        }
        long octets = 0;
        for (Path file : files(Spool.FULL)) octets += Files.size(file);
        waitingOctets = octets;
    }

    /** Gives the oldest up while there is more than may wait. */
    private void shed(List<Path> files) throws IOException {
        long octets = 0;
        for (Path file : files) octets += Files.size(file);
        while (octets > octetsMax) {
            Path oldest = files.removeFirst();
            long size = Files.size(oldest);
            Files.delete(oldest);
            left.remove(oldest.getFileName().toString());
            octets -= size;
            lost.addAndGet(size);
            LOG.warn("{}: log lines were given up, {} octets: {}", pop, size, failure);
        }
    }

    private void deliver(Path file) throws IOException {
        String name = file.getFileName().toString();
        List<Left> known = left.get(name);
        if (known != null && known.stream().noneMatch(object -> mayTry(object.bucket()))) return;
        SpoolFile spool = SpoolFile.read(file, pop, tables);
        if (known == null && spool.damaged() > 0) {
            LOG.warn("{}: {} has {} damaged blocks of log lines", pop, file, spool.damaged());
        }
        List<Left> still = new ArrayList<>();
        for (LogObject object : spool.objects()) {
            Left one = new Left(object.bucket(), object.key());
            if (known != null && !known.contains(one)) continue;
            if (!mayTry(object.bucket()) || !put(object)) still.add(one);
        }
        if (still.isEmpty()) {
            Files.delete(file);
            left.remove(name);
        } else {
            left.put(name, still);
        }
    }

    private boolean mayTry(String bucket) {
        Trouble trouble = troubles.get(bucket);
        return trouble == null || System.nanoTime() - trouble.notBefore() >= 0;
    }

    private boolean put(LogObject object) {
        String bucket = object.bucket();
        try {
            buckets.put(bucket, object.region(), object.key(), object.content().octets());
            delivered.addAndGet(object.lines());
            objects.incrementAndGet();
            troubles.remove(bucket);
            if (troubles.isEmpty()) failure = "";
            return true;
        } catch (IOException e) {
            Trouble before = troubles.get(bucket);
            int failures = before == null ? 1 : Math.min(before.failures() + 1, 16);
            long wait = Math.min(EVERY_NANOS << (failures - 1), BACKOFF_MAX_NANOS);
            troubles.put(bucket, new Trouble(failures, System.nanoTime() + wait));
            failure = bucket + ": " + (e.getMessage() == null ? e.toString() : e.getMessage());
            if (before == null) LOG.warn("{}: log objects cannot be delivered to {}", pop, failure);
            return false;
        }
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return new ArrayList<>(all.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList());
        }
    }

    LogStatus status(long dropped) {
        return new LogStatus(dropped, delivered.get(), objects.get(), waitingOctets, lost.get(), failure, afterKill);
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread.get();
        if (running == null) return;
        LockSupport.unpark(running);
        try {
            running.join(5_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
