package dev.perigee.edge.store.disk;

import dev.perigee.edge.store.PurgeLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes the disk: it loads after a start, appends, makes room, and sweeps after purges. Whatever
 * takes long is done in steps, between which the queue comes first.
 */
final class DiskWriter {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWriter.class);
    /** Octets of content that may wait to be written. */
    private static final long QUEUE_BYTES_MAX = 64L << 20;

    private static final int QUEUE_LENGTH_MAX = 65_536;
    private static final long SWEEP_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long STOP_MILLIS = 5_000;
    private static final Duration NAP = Duration.ofMillis(4);
    private static final long ATTENTIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Shelf shelf;
    private final PurgeLog purges;
    private final KeyHash hash;
    private final Loading loading;
    private final int segmentBytes;
    private final LinkedBlockingQueue<Job> queue = new LinkedBlockingQueue<>(QUEUE_LENGTH_MAX);
    private final AtomicLong queued = new AtomicLong();
    private final ByteBuf staging = Unpooled.directBuffer(Location.RECORD_BYTES_MAX + Location.UNIT);
    /** For what is carried forward while a new record waits in the other. */
    private final ByteBuf moving = Unpooled.directBuffer(Location.RECORD_BYTES_MAX + Location.UNIT);

    private final Batch batch;
    private final Thread thread;
    private volatile boolean stopping;
    /** Jobs that were handed over and are not done yet. */
    private final AtomicInteger outstanding = new AtomicInteger();

    /** Whether the batch holds something. */
    private volatile boolean unwritten;

    /** Whether what was carried out last is in the batch. */
    private boolean gathered;

    /** Hashes of what waits to be written, so that it is not handed over again. */
    private final Set<Long> pending = ConcurrentHashMap.newKeySet();

    private @Nullable Segment active;
    private Sidecar sidecar = new Sidecar();
    private int lastId;
    private @Nullable Sweep sweep;
    private long nextSweepNanos = System.nanoTime();
    private long lastJobNanos = nextSweepNanos - ATTENTIVE_NANOS;

    DiskWriter(Shelf shelf, PurgeLog purges, KeyHash hash, Loading loading, int segmentBytes) {
        this.shelf = shelf;
        this.purges = purges;
        this.hash = hash;
        this.loading = loading;
        this.segmentBytes = segmentBytes;
        this.lastId = loading.newest();
        this.batch = new Batch(shelf);
        this.thread = Thread.ofPlatform().daemon().name("disk-" + shelf.name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Hands over a job; when there are too many, it is given back and counted. Never waits. */
    boolean offer(Job job) {
        int weight = job.weight();
        outstanding.incrementAndGet();
        boolean fits = queued.addAndGet(weight) <= QUEUE_BYTES_MAX;
        long hashed = job.writes();
        if (hashed != 0) pending.add(hashed);
        if (fits && !stopping && shelf.writable() && queue.offer(job)) return true;
        if (hashed != 0) pending.remove(hashed);
        queued.addAndGet(-weight);
        outstanding.decrementAndGet();
        shelf.dropped.increment();
        job.release();
        return false;
    }

    /** Whether something waits to be written under this hash. */
    boolean isPending(long hashed) {
        return pending.contains(hashed);
    }

    /** Whether nothing waits to be written. */
    boolean idle() {
        return outstanding.get() == 0 && !unwritten;
    }

    private void wake() {
        outstanding.incrementAndGet();
        if (!queue.offer(new Job.Wake())) outstanding.decrementAndGet();
    }

    /** Whether the disk has room for what nobody asked for before. */
    boolean hasRoom() {
        return shelf.bytes.get() + 2L * segmentBytes <= shelf.bytesMax;
    }

    /** Writes what waits, seals the segment, and ends. */
    void close() {
        stopping = true;
        wake();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Job left;
        while ((left = queue.poll()) != null) left.release();
    }

    private void run() {
        try {
            while (!stopping || !queue.isEmpty()) turn();
            settle();
            seal();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the disk cache's writer failed", shelf.name, e);
            shelf.retire("has a fault: " + e);
        } finally {
            staging.release();
            moving.release();
            batch.release();
        }
    }

    private void turn() throws InterruptedException {
        boolean busy = !loading.done() || sweep != null;
        Job job = queue.poll();
        if (job == null) {
            settle();
            job = busy || stopping ? null : next();
        }
        if (job != null) {
            queued.addAndGet(-job.weight());
            gathered = false;
            try {
                lastJobNanos = System.nanoTime();
                carryOut(job);
            } finally {
                // What was gathered is neither here nor there until its batch is written.
                if (!gathered) pending.remove(job.writes());
                job.release();
                outstanding.decrementAndGet();
            }
        } else if (!loading.done()) {
            loading.step();
        } else {
            sweep();
        }
    }

    /**
     * Waits for a job. While jobs come one after the other it sleeps rather than waits: being woken for each of them would
     * cost whoever hands one over, which is an event loop, more than the job itself.
     */
    private @Nullable Job next() throws InterruptedException {
        if (System.nanoTime() - lastJobNanos >= ATTENTIVE_NANOS) return queue.poll(1, TimeUnit.SECONDS);
        Thread.sleep(NAP);
        return queue.poll();
    }

    private void settle() {
        try {
            flush();
        } catch (IOException e) {
            shelf.writeFailed(e);
        }
    }

    /** Writes what was gathered. Whatever else looks at the segment or the index comes after this. */
    private void flush() throws IOException {
        if (batch.isEmpty()) return;
        try {
            batch.write(
                    (hashed, location, purgeSequence) -> {
                        sidecar.add(hashed, location, purgeSequence);
                        shelf.index.put(hashed, location);
                        shelf.written.increment();
                    },
                    pending::remove);
        } finally {
            unwritten = false;
        }
    }

    private void sweep() {
        if (sweep != null) {
            if (!sweep.step()) sweep = null;
            return;
        }
        if (!shelf.readable()) purges.forget();
        if (purges.pending() == 0 || stopping || System.nanoTime() - nextSweepNanos < 0) return;
        // Many purges in a row are swept for together.
        nextSweepNanos = System.nanoTime() + SWEEP_PAUSE_NANOS;
        sweep = new Sweep(shelf, purges);
    }

    private void carryOut(Job job) {
        if (!shelf.writable()) return;
        try {
            switch (job) {
                case Job.Response response -> write(response);
                case Job.Block block -> write(block);
                case Job.Tombstone(long gone) -> bury(gone);
                case Job.Wake _ -> {}
            }
        } catch (IOException e) {
            shelf.writeFailed(e);
        }
    }

    private void write(Job.Response job) throws IOException {
        // A purge may have come since it was handed over; and one that the log has dropped cannot be seen any more.
        if (job.purgeSequence() < purges.droppedUpTo()
                || purges.covers(
                        job.purgeSequence(), job.key(), job.meta().response().fields())) return;
        staging.clear().writeZero(RecordHeader.BYTES);
        Codec.writeKey(staging, job.key());
        int keyLength = staging.writerIndex() - RecordHeader.BYTES;
        job.meta().write(staging);
        append(job.meta().kind(), keyLength, job.hash(), job.purgeSequence(), job.content());
    }

    private void write(Job.Block job) throws IOException {
        staging.clear().writeZero(RecordHeader.BYTES);
        staging.writeLong(job.key().generation()).writeInt(job.key().index());
        append(Kind.BLOCK, 12, job.hash(), job.purgeSequence(), job.content());
    }

    /** Writes what is staged, with this body behind it, and lists it. */
    private void append(Kind kind, int keyLength, long hashed, long purgeSequence, ByteBuf body) throws IOException {
        int bodyLength = body.readableBytes();
        int metaLength = staging.writerIndex() - RecordHeader.BYTES - keyLength;
        int length = Location.aligned(staging.writerIndex() + bodyLength);
        if (length > Location.RECORD_BYTES_MAX || length > segmentBytes - Segment.HEADER_BYTES) return;
        Segment segment = segmentFor(length);
        if (segment == null) return;
        int bodyCrc = RecordHeader.crc(body, body.readerIndex(), bodyLength);
        staging.writeBytes(body, body.readerIndex(), bodyLength);
        RecordHeader header = new RecordHeader(
                kind, false, keyLength, metaLength, bodyLength, bodyCrc, hashed, purgeSequence, segment.id, (int)
                        (segment.length / Location.UNIT));
        if (Batch.isFor(length) && kind != Kind.TOMBSTONE) {
            gather(segment, header);
            return;
        }
        flush();
        long location = put(segment, header, staging);
        if (kind == Kind.TOMBSTONE) return;
        shelf.index.put(hashed, location);
        shelf.written.increment();
    }

    /** Has what is staged written together with others. */
    private void gather(Segment segment, RecordHeader header) throws IOException {
        if (!batch.takes(segment, header.recordLength())) flush();
        complete(header, staging);
        batch.add(segment, header, location(segment, header), staging);
        gathered = !batch.isEmpty();
        unwritten = gathered;
        grow(segment, header);
    }

    private long put(Segment segment, RecordHeader header, ByteBuf record) throws IOException {
        complete(header, record);
        segment.file.write(record.nioBuffer(), segment.length);
        long location = location(segment, header);
        sidecar.add(header.hash(), location, header.purgeSequence());
        grow(segment, header);
        return location;
    }

    private static void complete(RecordHeader header, ByteBuf record) {
        header.write(record);
        record.writeZero(header.recordLength() - record.writerIndex());
    }

    private static long location(Segment segment, RecordHeader header) {
        return Location.of(segment.id, segment.length, header.recordLength(), header.kind());
    }

    private void grow(Segment segment, RecordHeader header) {
        segment.oldestSequence = Math.min(segment.oldestSequence, header.purgeSequence());
        long start = segment.length;
        segment.length = start + header.recordLength();
        shelf.bytes.addAndGet(header.recordLength());
    }

    private void bury(long gone) throws IOException {
        flush();
        long location = shelf.index.get(gone);
        if (location != 0 && Location.kind(location) != Kind.TOMBSTONE) shelf.index.remove(gone, location);
        staging.clear().writeZero(RecordHeader.BYTES);
        append(Kind.TOMBSTONE, 0, gone, purges.sequence(), Unpooled.EMPTY_BUFFER);
    }

    /** The active segment, or a new one when this does not fit into it any more; null when there are no more numbers. */
    private @Nullable Segment segmentFor(int length) throws IOException {
        Segment now = active;
        boolean current = now != null && shelf.segments.get(now.id) == now;
        if (now != null && current && now.length + length <= segmentBytes) return now;
        settle();
        if (current) seal();
        if (lastId == Location.SEGMENT_MAX) {
            shelf.clear();
            lastId = 0;
        }
        Segment next = begin();
        active = next;
        if (!loading.done()) return next;
        makeRoom(next);
        // What was carried forward may have filled it.
        return next.length + length <= segmentBytes ? next : segmentFor(length);
    }

    private Segment begin() throws IOException {
        int id = ++lastId;
        DiskFiles.OpenFile file = shelf.files.open(Segment.name(id));
        boolean written = false;
        try {
            file.write(Segment.header(id, hash.fingerprint()), 0);
            written = true;
        } finally {
            if (!written) file.close();
        }
        Segment segment = new Segment(id, file, Segment.HEADER_BYTES);
        sidecar = new Sidecar();
        shelf.add(segment, Segment.HEADER_BYTES);
        return segment;
    }

    private void seal() {
        Segment sealed = active;
        active = null;
        if (sealed == null || shelf.segments.get(sealed.id) != sealed || !shelf.writable()) return;
        sidecar.length(sealed.length);
        byte[] content = sidecar.encode(sealed.id, hash.fingerprint());
        try {
            shelf.files.replace(Segment.sidecarName(sealed.id), content, false);
            sealed.sidecarBytes = content.length;
            shelf.bytes.addAndGet(content.length);
        } catch (IOException e) {
            shelf.writeFailed(e);
        }
    }

    /** Drops the oldest segments until a whole new one fits; what was asked for since it was written is carried forward. */
    private void makeRoom(Segment next) throws IOException {
        while (shelf.bytes.get() + segmentBytes > shelf.bytesMax) {
            Segment oldest = shelf.oldest(next.id);
            if (oldest == null) return;
            Survivors survivors = Survivors.of(shelf.index, oldest.id, segmentBytes / 2);
            for (int i = 0; i < survivors.count(); i++) carry(oldest, survivors.hash(i), survivors.location(i), next);
            shelf.index.removeSegment(oldest.id);
            shelf.drop(oldest);
        }
    }

    private void carry(Segment from, long hashed, long location, Segment next) throws IOException {
        int length = Location.length(location);
        if (next.length + length > segmentBytes) return;
        ByteBuf octets = from.read(Location.offset(location), length);
        try {
            RecordHeader header = RecordHeader.read(octets);
            header.check(octets, from.id, Location.offset(location));
            header.checkBody(octets);
            if (header.dead()) return;
            moving.clear().writeBytes(octets, 0, header.headLength() + header.bodyLength());
            RecordHeader moved = new RecordHeader(
                    header.kind(),
                    false,
                    header.keyLength(),
                    header.metaLength(),
                    header.bodyLength(),
                    header.bodyCrc(),
                    hashed,
                    header.purgeSequence(),
                    next.id,
                    (int) (next.length / Location.UNIT));
            long neu = put(next, moved, moving);
            shelf.index.replace(hashed, location, neu);
        } catch (Damaged _) {
            shelf.corrupt.increment();
        } finally {
            octets.release();
        }
    }
}
