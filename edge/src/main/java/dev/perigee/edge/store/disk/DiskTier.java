package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.edge.store.PurgeLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disk tier of one edge. Loss is allowed, lies are not: whatever is read is compared with its checksums, its full key
 * and the purges since, and anything wrong is a miss. Nothing here throws because of the disk, and nothing but
 * {@link #find} and {@link #findBlock} waits for it: {@link #mayHave} and writing are for event loops too.
 */
public final class DiskTier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskTier.class);
    /** Largest content of one record. */
    public static final int BODY_BYTES_MAX = 1 << 20;

    public static final long BYTES_MIN = 16L << 20;

    private static final int READERS = 4;
    private static final int READS_WAITING_MAX = 512;
    /** Beyond this the origin is likely to be faster. */
    private static final long READ_MILLIS_MAX = 2_000;
    /** Clocks of two runs of an edge may differ so much. */
    private static final long CLOCK_MILLIS_MAX = 60_000;

    private final @Nullable Shelf shelf;
    private final @Nullable DiskWriter writer;
    private final @Nullable ThreadPoolExecutor readers;
    private final @Nullable Closeable lock;
    private final PurgeLog purges;
    private final KeyHash hash;
    private final Doorkeeper doorkeeper;
    private final InstantSource clock;
    private final DiskStatus without;

    private DiskTier(
            @Nullable Shelf shelf,
            @Nullable DiskWriter writer,
            @Nullable Closeable lock,
            PurgeLog purges,
            KeyHash hash,
            InstantSource clock,
            DiskStatus without) {
        this.shelf = shelf;
        this.writer = writer;
        this.lock = lock;
        this.purges = purges;
        this.hash = hash;
        this.clock = clock;
        this.without = without;
        this.doorkeeper = new Doorkeeper(shelf == null ? 1 : shelf.bytesMax / 32_768);
        this.readers = shelf == null ? null : readers(shelf.name);
    }

    private static ThreadPoolExecutor readers(String name) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                READERS,
                READERS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(READS_WAITING_MAX),
                // Threads of the platform: a file that answers slowly must not hold up virtual threads, and an
                // interrupted virtual thread would close the file.
                Thread.ofPlatform().daemon().name("disk-" + name + "-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** No disk tier. */
    public static DiskTier off() {
        return without(DiskStatus.OFF);
    }

    private static DiskTier without(DiskStatus status) {
        return new DiskTier(null, null, null, new PurgeLog(), new KeyHash(0, 0), InstantSource.system(), status);
    }

    /**
     * Opens the folder and begins to load what is there. A folder that cannot be used is reported and done without.
     *
     * @param bytesMax 0 for no disk tier
     */
    public static DiskTier open(String name, Path folder, long bytesMax, InstantSource clock) {
        if (bytesMax == 0) return off();
        try {
            return open(name, new FolderFiles(folder), bytesMax, clock);
        } catch (IOException e) {
            return retired(name, bytesMax, e.toString());
        }
    }

    static DiskTier open(String name, DiskFiles files, long bytesMax, InstantSource clock) {
        Closeable lock = null;
        try {
            lock = files.lock();
            if (lock == null) return retired(name, bytesMax, "another process uses the folder");
            Shelf shelf = new Shelf(name, files, bytesMax);
            PurgeJournal.Opened journal = PurgeJournal.open(files, shelf::journalFailed);
            if (journal.damaged()) {
                shelf.corrupt.increment();
                LOG.warn("{}: the journal of purges is damaged; the disk cache is begun anew", name);
            }
            Loading loading = new Loading(shelf, journal.log(), journal.hash().fingerprint());
            DiskWriter writer = new DiskWriter(shelf, journal.log(), journal.hash(), loading, segmentBytes(bytesMax));
            DiskTier tier = new DiskTier(shelf, writer, lock, journal.log(), journal.hash(), clock, DiskStatus.OFF);
            writer.start();
            return tier;
        } catch (IOException e) {
            close(lock);
            return retired(name, bytesMax, e.toString());
        }
    }

    private static DiskTier retired(String name, long bytesMax, String reason) {
        LOG.error("{}: there is no disk cache: {}", name, reason);
        return without(new DiskStatus(DiskStatus.State.RETIRED, reason, 0, 0, bytesMax, 0, 0, 0, 0, 0, 0));
    }

    /** A sixty-fourth of the whole, so that dropping one loses little; but neither tiny files nor huge ones. */
    static int segmentBytes(long bytesMax) {
        long least = Math.min(8L << 20, bytesMax / 8);
        return (int) Math.clamp(bytesMax / 64, least, Location.SEGMENT_BYTES_MAX);
    }

    /** The purges that this folder's content is compared with. */
    public PurgeLog purges() {
        return purges;
    }

    /** Whether it is worth asking {@link #find}. One look into memory; counts as asking for the key. */
    public boolean mayHave(CacheKey key) {
        if (shelf == null || !shelf.readable()) return false;
        long hashed = hash.of(key);
        doorkeeper.ask(hashed);
        return isRecord(shelf.index.get(hashed));
    }

    private static boolean isRecord(long location) {
        return location != 0 && Location.kind(location) != Kind.TOMBSTONE;
    }

    /** The response under this key, or null. Waits for the disk: not for event loops. */
    public @Nullable Found find(CacheKey key) {
        if (shelf == null) return null;
        long hashed = hash.of(key);
        return waiting(shelf, hashed, () -> read(shelf, key, hashed));
    }

    /** A block of a generation, the caller's to release, or null. Waits for the disk: not for event loops. */
    public @Nullable ByteBuf findBlock(long generation, int index) {
        if (shelf == null) return null;
        long hashed = hash.ofBlock(generation, index);
        return waiting(shelf, hashed, () -> readBlock(shelf, generation, index, hashed));
    }

    /** As {@link #mayHave}, for a block; counts nothing. */
    public boolean mayHaveBlock(long generation, int index) {
        return shelf != null && shelf.readable() && isRecord(shelf.index.get(hash.ofBlock(generation, index)));
    }

    private <T> @Nullable T waiting(Shelf from, long hashed, Callable<@Nullable T> read) {
        if (readers == null || !isRecord(from.index.get(hashed))) return null;
        Future<@Nullable T> result;
        try {
            result = readers.submit(read);
        } catch (RejectedExecutionException _) {
            return null;
        }
        try {
            return result.get(READ_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // It may still be read, by nobody; its buffer then goes with the garbage collector's help only, so take it.
            release(result);
            from.readFailed(new IOException("no answer within " + READ_MILLIS_MAX + " ms"));
        } catch (ExecutionException e) {
            LOG.error("{}: reading the disk cache failed", from.name, e);
        } catch (InterruptedException _) {
            release(result);
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private static <T> void release(Future<@Nullable T> late) {
        Thread.startVirtualThread(() -> {
            try {
                T found = late.get();
                if (found instanceof Found(var _, ByteBuf content, long _, long _)) content.release();
                if (found instanceof ByteBuf content) content.release();
            } catch (InterruptedException | ExecutionException _) {
                // Then there is nothing to release.
            }
        });
    }

    /** A record that passed every check of its own; the octets are the holder's. */
    private record Checked(RecordHeader header, ByteBuf octets, long location) {
        ByteBuf key() {
            return octets.slice(RecordHeader.BYTES, header.keyLength());
        }

        ByteBuf meta() {
            return octets.slice(RecordHeader.BYTES + header.keyLength(), header.metaLength());
        }

        ByteBuf body() {
            return octets.retainedSlice(header.headLength(), header.bodyLength());
        }
    }

    private @Nullable Found read(Shelf from, CacheKey key, long hashed) {
        Checked checked = check(from, hashed);
        if (checked == null) return null;
        RecordHeader header = checked.header;
        try {
            if (!sameKey(checked.key(), key)) return null;
            Meta meta = readMeta(header.kind(), checked.meta());
            if (header.purgeSequence() > purges.sequence()) throw new Damaged("newer than the journal of purges");
            boolean purged = purges.covers(header.purgeSequence(), key, meta.response.fields());
            // When the clock was set back, nobody knows how old it is.
            boolean early = meta.response.storedAtMillis() > clock.millis() + CLOCK_MILLIS_MAX;
            if (purged || early) {
                from.index.remove(hashed, checked.location);
                return null;
            }
            from.index.ask(hashed, checked.location);
            from.hits.increment();
            return new Found(meta.response, checked.body(), meta.generation, header.purgeSequence());
        } catch (Damaged e) {
            damaged(from, hashed, checked.location, e);
            return null;
        } finally {
            checked.octets.release();
        }
    }

    private @Nullable ByteBuf readBlock(Shelf from, long generation, int index, long hashed) {
        Checked checked = check(from, hashed);
        if (checked == null) return null;
        try {
            ByteBuf key = checked.key();
            boolean same = checked.header.kind() == Kind.BLOCK
                    && key.readableBytes() == 12
                    && key.getLong(0) == generation
                    && key.getInt(8) == index;
            if (!same) return null;
            from.index.ask(hashed, checked.location);
            return checked.body();
        } finally {
            checked.octets.release();
        }
    }

    private static @Nullable Checked check(Shelf from, long hashed) {
        long location = from.index.get(hashed);
        if (!isRecord(location) || !from.readable()) return null;
        Segment segment = from.segments.get(Location.segment(location));
        if (segment == null || !segment.use()) {
            from.index.remove(hashed, location);
            return null;
        }
        ByteBuf octets = null;
        boolean passed = false;
        try {
            octets = segment.read(Location.offset(location), Location.length(location));
            RecordHeader header = RecordHeader.read(octets);
            header.check(octets, segment.id, Location.offset(location));
            header.checkBody(octets);
            if (header.hash() != hashed || header.kind() != Location.kind(location))
                throw new Damaged("another record");
            if (header.dead()) {
                from.index.remove(hashed, location);
                return null;
            }
            passed = true;
            return new Checked(header, octets, location);
        } catch (Damaged e) {
            damaged(from, hashed, location, e);
        } catch (IOException e) {
            from.index.remove(hashed, location);
            from.readFailed(e);
        } finally {
            segment.leave();
            if (!passed && octets != null) octets.release();
        }
        return null;
    }

    private static void damaged(Shelf from, long hashed, long location, Damaged e) {
        from.index.remove(hashed, location);
        from.corrupt.increment();
        LOG.warn(
                "{}: a record in {} at {} is damaged ({}); it is not used",
                from.name,
                Segment.name(Location.segment(location)),
                Location.offset(location),
                e.getMessage());
    }

    private static boolean sameKey(ByteBuf stored, CacheKey key) throws Damaged {
        return Codec.readKey(stored).equals(key);
    }

    /** What stands between key and body. */
    record Meta(StoredResponse response, long generation) {}

    static Meta readMeta(Kind kind, ByteBuf meta) throws Damaged {
        return switch (kind) {
            case RESPONSE -> new Meta(Codec.readResponse(meta), 0);
            case HEAD -> {
                long generation = Codec.readLong(meta);
                if (generation == 0) throw new Damaged("generation");
                yield new Meta(Codec.readResponse(meta), generation);
            }
            case BLOCK, TOMBSTONE -> throw new Damaged("not a response");
        };
    }

    /**
     * Has a response written, some time soon, or not: when too much is waiting already, or when the disk is full and nobody
     * asked for it before. Takes the content's reference; never waits.
     *
     * @param again whether it is known to have been asked for more than once
     * @param purgeSequence {@link PurgeLog#sequence} before the fetch began
     * @return whether it is going to be written
     */
    public boolean write(CacheKey key, StoredResponse response, ByteBuf taken, long purgeSequence, boolean again) {
        if (shelf == null || writer == null || !shelf.writable() || taken.readableBytes() > BODY_BYTES_MAX) {
            taken.release();
            return false;
        }
        long hashed = hash.of(key);
        if (!again && !writer.hasRoom() && doorkeeper.asked(hashed) < 2) {
            shelf.notAdmitted.increment();
            taken.release();
            return false;
        }
        StoredResponse sized = response.withContentLength(taken.readableBytes());
        return writer.offer(new Job.Response(key, hashed, sized, 0, taken, purgeSequence));
    }

    /** Has the head of a response in blocks written. The blocks should have been handed over before. */
    public void writeHead(CacheKey key, StoredResponse response, long generation, long purgeSequence) {
        if (generation == 0) throw new IllegalArgumentException("a generation is never 0");
        if (writer == null) return;
        writer.offer(new Job.Response(key, hash.of(key), response, generation, Unpooled.EMPTY_BUFFER, purgeSequence));
    }

    /** Has a block written; takes its reference. */
    public void writeBlock(long generation, int index, ByteBuf taken) {
        if (writer == null || taken.readableBytes() > BODY_BYTES_MAX) {
            taken.release();
            return;
        }
        writer.offer(new Job.Block(hash.ofBlock(generation, index), generation, index, taken, purges.sequence()));
    }

    /** A number for the blocks of one response that no other ever had. */
    public static long newGeneration() {
        long generation;
        do {
            generation = ThreadLocalRandom.current().nextLong();
        } while (generation == 0);
        return generation;
    }

    /** Forgets the response, also for the time after a restart. Never waits. */
    public void remove(CacheKey key) {
        if (shelf == null || writer == null) return;
        long hashed = hash.of(key);
        long location = shelf.index.get(hashed);
        if (shelf.loading) {
            // It may be in a segment that was not loaded yet.
            shelf.index.put(hashed, Location.of(Location.SEGMENT_MAX, 0, 0, Kind.TOMBSTONE));
        } else if (location == 0 && writer.idle()) {
            return;
        } else {
            shelf.index.remove(hashed, location);
        }
        writer.offer(new Job.Tombstone(hashed));
    }

    /** Empties it. When this returns, nothing that was there is found again, in this process or the next. */
    public void clear() {
        if (shelf == null) return;
        try {
            shelf.clear();
        } catch (IOException e) {
            shelf.journalFailed(e);
        }
    }

    public DiskStatus status() {
        if (shelf == null) return without;
        return new DiskStatus(
                shelf.state(),
                shelf.reason(),
                shelf.index.objects(),
                shelf.bytes.get(),
                shelf.bytesMax,
                shelf.index.heapBytes(),
                shelf.hits.sum(),
                shelf.written.sum(),
                shelf.corrupt.sum(),
                shelf.dropped.sum(),
                shelf.notAdmitted.sum());
    }

    /** Writes what waits and closes every file. */
    @Override
    public void close() {
        if (shelf == null || writer == null || readers == null) return;
        writer.close();
        readers.shutdown();
        try {
            if (!readers.awaitTermination(READ_MILLIS_MAX, TimeUnit.MILLISECONDS))
                LOG.warn("{}: the disk does not answer", shelf.name);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        for (Segment segment : shelf.segments.values()) segment.leave();
        close(lock);
    }

    private static void close(@Nullable Closeable closeable) {
        if (closeable == null) return;
        try {
            closeable.close();
        } catch (IOException _) {
            // The operating system takes a lock back in any case.
        }
    }
}
