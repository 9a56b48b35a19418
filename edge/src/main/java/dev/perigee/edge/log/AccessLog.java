package dev.perigee.edge.log;

import dev.perigee.core.geo.Locations;
import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.RecordDelivery;
import dev.perigee.edge.trace.RequestTraces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log of one edge, a line for each request: in a file of its own, and delivered to buckets for distributions that
 * have Logging. Event loops hand full batches over and never wait; when the disk cannot keep up, batches are dropped and
 * their lines counted.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    /** While lines come, what comes in this time is written at once: loops need not wake anybody for it. */
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Batches that are written at once. */
    private static final int TOGETHER_MAX = 32;

    private static final long SLEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long ANSWER_SECONDS = 30;
    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String edgeLocation;
    /** A file that is there for as long as lines may be on their way: a process that finds one comes after a kill. */
    private final Path unclosed;

    private final LocalLog local;
    private final LogGroups groups;
    private final Spool spool;
    private final LogDelivery delivery;
    private final RealtimeLogs realtime;
    private final @Nullable RequestTraces traces;
    private final Locations locations;
    private final List<LogRing<Distribution>> rings = new CopyOnWriteArrayList<>();
    private final List<LogRing<RecordDelivery>> deliveries = new CopyOnWriteArrayList<>();
    /** Who waits for what was handed over so far to be on disk. */
    private final Queue<CompletableFuture<@Nullable Void>> waiting = new ConcurrentLinkedQueue<>();

    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private long warned = System.nanoTime() - WARNING_NANOS;
    /** Whether the writer waits for more than a nap. */
    private volatile boolean asleep;

    private volatile boolean closed;

    /**
     * Opens the files for appending, and begins to deliver what is left from before.
     *
     * @param directory of the edge
     * @param pop three letters
     * @param edgeLocation as in the log
     * @param buckets where objects are written to
     * @param tables makes those of them that are tables
     * @param realtime the real-time logs of the same edge; closed with this
     * @param traces of the same edge's requests; closed with this
     */
    public AccessLog(
            Path directory,
            String pop,
            String edgeLocation,
            LogBuckets buckets,
            TableFile tables,
            Locations locations,
            RealtimeLogs realtime,
            @Nullable RequestTraces traces)
            throws IOException {
        this.realtime = realtime;
        this.traces = traces;
        this.locations = locations;
        this.edgeLocation = edgeLocation;
        this.unclosed = directory.resolve("unclosed");
        boolean killed = Files.exists(unclosed);
        if (!killed) Files.createFile(unclosed);
        this.local = LocalLog.ofRequests(directory.resolve("access.log"));
        Path folder = directory.resolve("delivery");
        this.groups = new LogGroups(directory.resolve("groups"), pop);
        this.spool = new Spool(folder, groups);
        this.delivery = new LogDelivery(folder, pop, buckets, tables, this::sync);
        this.writer =
                Thread.ofPlatform().name("access-log-" + edgeLocation).daemon().start(this::run);
        delivery.recover(killed);
    }

    /** A buffer for one event loop. */
    public LogBuffer buffer() {
        LogRing<Distribution> ring = new LogRing<>();
        rings.add(ring);
        LogRing<RecordDelivery> records = new LogRing<>();
        deliveries.add(records);
        return new LogBuffer(this, ring, records, edgeLocation, locations, realtime.ofLoop(), traces);
    }

    /** How the log stands. */
    public LogStatus status() {
        return delivery.status(dropped.sum());
    }

    /** Delivers everything that event loops have handed over; returns when each object is in its bucket or has failed. */
    public LogFlush flush() {
        return delivery.flush();
    }

    /** What this edge has of a log group. */
    public List<LogEvent> events(LogQuery query) {
        try {
            return groups.read(query);
        } catch (IOException e) {
            throw new UncheckedIOException("the log group " + query.group() + " cannot be read", e);
        }
    }

    /** Deletes what this edge has of a log group. */
    public void forget(String group) {
        try {
            groups.delete(group);
        } catch (IOException e) {
            LOG.warn("what there is of the log group {} cannot be deleted: {}", group, e.toString());
        }
    }

    void dropped(int lines) {
        dropped.add(lines);
    }

    /** There is something to be written. Costs a loop nothing while the writer is at work. */
    void handedOver() {
        if (asleep) wake();
    }

    private void wake() {
        LockSupport.unpark(writer);
    }

    /** Waits until what was handed over is on disk, and the spool's file is complete. */
    private void sync() throws IOException {
        var done = new CompletableFuture<@Nullable Void>();
        waiting.add(done);
        wake();
        try {
            done.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the access log is not written: " + e, e);
        }
    }

    private void run() {
        boolean last = false;
        while (!last) {
            last = closed;
            int due = waiting.size();
            boolean some = false;
            try {
                for (LogRing<Distribution> ring : rings) some |= drainLines(ring);
                for (LogRing<RecordDelivery> ring : deliveries) some |= drain(ring, this::writeRecords);
            } catch (RuntimeException e) {
                // Whatever is wrong with some lines, others are waiting.
                LOG.error("access log {} failed", local.file(), e);
            }
            if (due > 0 || last) answer(due);
            else rest(some);
        }
        try {
            local.close();
            groups.close();
        } catch (IOException e) {
            LOG.warn("access log {} did not close: {}", local.file(), e.toString());
        }
    }

    private void rest(boolean nap) {
        if (nap) {
            LockSupport.parkNanos(this, NAP_NANOS);
            return;
        }
        asleep = true;
        // Who handed over before it could know is not waited for.
        if (waiting.isEmpty() && !closed && isIdle(rings) && isIdle(deliveries))
            LockSupport.parkNanos(this, SLEEP_NANOS);
        asleep = false;
    }

    private static <T> boolean isIdle(List<LogRing<T>> rings) {
        for (LogRing<T> ring : rings) {
            if (ring.next() != null) return false;
        }
        return true;
    }

    private void answer(int due) {
        try {
            spool.finish();
        } catch (IOException e) {
            warn(e);
        }
        for (int i = 0; i < due; i++) {
            CompletableFuture<@Nullable Void> one = waiting.poll();
            if (one != null) one.complete(null);
        }
    }

    /** No more than what is there, however fast more comes: others wait, too. Whether there was something. */
    private <T> boolean drain(LogRing<T> ring, Consumer<LogBatch<T>> writing) {
        for (int i = 0; i < LogRing.BATCHES; i++) {
            LogBatch<T> batch = ring.next();
            if (batch == null) return i > 0;
            try {
                writing.accept(batch);
            } finally {
                ring.done();
            }
        }
        return true;
    }

    private boolean drainLines(LogRing<Distribution> ring) {
        int drained = 0;
        while (drained < LogRing.BATCHES) {
            int together = Math.min(ring.ready(), TOGETHER_MAX);
            if (together == 0) return drained > 0;
            boolean written = write(ring, together);
            for (int i = 0; i < together; i++) {
                try {
                    deliver(ring.after(0), written);
                } finally {
                    ring.done();
                }
            }
            drained += together;
        }
        return true;
    }

    /** Writes the next batches to the edge's own file. */
    private boolean write(LogRing<Distribution> ring, int together) {
        ByteBuffer[] buffers = new ByteBuffer[together];
        for (int i = 0; i < together; i++) {
            LogBatch<Distribution> batch = ring.after(i);
            buffers[i] = ByteBuffer.wrap(batch.bytes, 0, batch.length);
        }
        try {
            local.append(buffers);
            return true;
        } catch (IOException e) {
            warn(e);
            return false;
        }
    }

    private void deliver(LogBatch<Distribution> batch, boolean written) {
        int lost = written ? 0 : batch.lines;
        if (batch.isMarked()) {
            try {
                spool.append(batch);
                delivery.begin();
            } catch (IOException e) {
                lost = batch.lines;
                warn(e);
            }
        }
        if (lost > 0) dropped.add(lost);
    }

    private void writeRecords(LogBatch<RecordDelivery> batch) {
        try {
            spool.appendRecords(batch);
            delivery.begin();
        } catch (IOException e) {
            dropped.add(batch.lines);
            warn(e);
        }
    }

    private void warn(IOException e) {
        long now = System.nanoTime();
        if (now - warned < WARNING_NANOS) return;
        warned = now;
        LOG.warn("access log {} cannot be written: {}", local.file(), e.toString());
    }

    /** Writes what was handed over, then closes the files. What is not delivered yet is next time. */
    @Override
    public void close() {
        realtime.close();
        if (traces != null) traces.close();
        delivery.close();
        closed = true;
        wake();
        try {
            writer.join(5_000);
            if (!writer.isAlive()) Files.deleteIfExists(unclosed);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", unclosed, e.toString());
        }
    }
}
