package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.edge.store.BlockKey;
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.LowerTier;
import dev.perigee.edge.store.PurgeLog;
import dev.perigee.edge.store.WholeFill;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disk tier of one edge. Loss is allowed, lies are not: whatever is read is compared with its checksums, its full key
 * and the purges since, and anything wrong is a miss. Nothing here throws because of the disk, and nothing but
 * {@link #find} and {@link #findBlock} waits for it: {@link #mayHave} and writing are for event loops too.
 */
public final class DiskTier implements LowerTier, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskTier.class);
    /** Largest content of one record. */
    public static final int BODY_BYTES_MAX = 1 << 20;

    public static final long BYTES_MIN = 16L << 20;

    private final @Nullable Shelf shelf;
    private final @Nullable DiskWriter writer;
    private final @Nullable DiskReader reader;
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
        this.reader = shelf == null ? null : new DiskReader(shelf, purges, clock);
    }

    /**
     * No disk tier.
     *
     * @param reason why there is none, empty when none is wanted
     */
    public static DiskTier off(String reason) {
        return without(DiskStatus.OFF.because(reason));
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
        if (bytesMax == 0) return off("");
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
        return without(new DiskStatus(DiskStatus.State.RETIRED, reason, 0, 0, bytesMax, 0, 0, 0, 0, 0, 0, 0));
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
        return Shelf.isRecord(shelf.index.get(hashed));
    }

    /** Whether there is a response with this key, or one of the same hash; does not count as asking for it. */
    public boolean lists(CacheKey key) {
        return shelf != null && shelf.readable() && Shelf.isRecord(shelf.index.get(hash.of(key)));
    }

    /** What {@link #find} would find now; does not count as asking for it. Waits for the disk: not for event loops. */
    public @Nullable StoredResponse look(CacheKey key) {
        Found found = reader == null ? null : reader.look(key, hash.of(key));
        if (found == null) return null;
        found.content().release();
        return found.response();
    }

    /** The response under this key, or null. Waits for the disk: not for event loops. */
    public @Nullable Found find(CacheKey key) {
        return reader == null ? null : reader.find(key, hash.of(key));
    }

    @Override
    public @Nullable ByteBuf findBlock(BlockedFill of, int index) {
        if (reader == null) return null;
        BlockKey key = of.blockKey(index);
        ByteBuf found = reader.findBlock(key, of.size(index), hash.of(key));
        if (found != null) keepHead(of);
        return found;
    }

    @Override
    public boolean mayHaveBlock(BlockKey key) {
        return shelf != null && shelf.readable() && Shelf.isRecord(shelf.index.get(hash.of(key)));
    }

    @Override
    public void askedFor(BlockKey key) {
        if (shelf != null) doorkeeper.ask(hash.of(key));
    }

    /**
     * Has what is complete of a response written, some time soon, or not: the whole of a small one, the head of one in
     * blocks. What is neither stays in memory only. Never waits.
     */
    public void write(CacheKey key, Fill fill) {
        switch (fill) {
            case WholeFill whole -> {
                if (whole.wholeLength() > BODY_BYTES_MAX) return;
                ByteBuf content = whole.whole();
                if (content != null) write(key, whole.response(), content, whole.purgeSequence(), false);
            }
            case BlockedFill blocked -> writeHead(blocked, false);
        }
    }

    /**
     * Has a response written, some time soon, or not: when too much is waiting already, or when the disk is full and nobody
     * asked for it before. Takes the content's reference; never waits.
     *
     * @param again whether it is known to have been asked for more than once
     * @param purgeSequence {@link PurgeLog#sequence} before the fetch began
     * @return whether it is going to be written
     */
    boolean write(CacheKey key, StoredResponse response, ByteBuf taken, long purgeSequence, boolean again) {
        Meta meta = Meta.whole(response.withContentLength(taken.readableBytes()));
        return write(key, meta, taken, purgeSequence, again);
    }

    private boolean write(CacheKey key, Meta meta, ByteBuf taken, long purgeSequence, boolean again) {
        if (shelf == null || writer == null || !shelf.writable() || taken.readableBytes() > BODY_BYTES_MAX) {
            taken.release();
            return false;
        }
        long hashed = hash.of(key);
        // What is written in place of another was asked for before, whatever the sketch remembers.
        boolean replaces = Shelf.isRecord(shelf.index.get(hashed));
        if (!again && !replaces && !admits(hashed)) {
            taken.release();
            return false;
        }
        if (writer.offer(new Job.Response(key, hashed, meta, taken, purgeSequence))) return true;
        // Better nothing than a version that is older than what memory had.
        if (replaces) remove(key);
        return false;
    }

    private boolean admits(long hashed) {
        if (shelf == null || writer == null || !shelf.writable()) return false;
        if (writer.hasRoom() || doorkeeper.asked(hashed) >= 2) return true;
        shelf.notAdmitted.increment();
        return false;
    }

    @Override
    public void evicted(CacheKey key, Fill fill) {
        // Nobody could use it without a validator when its time is over.
        boolean useful =
                fill.response().fresh(clock.millis()) || fill.response().hasValidator();
        if (useful && !keeps(hash.of(key))) write(key, fill);
    }

    @Override
    public void evicted(BlockKey key, WholeFill block) {
        if (!keeps(hash.of(key))) write(key, block);
    }

    private boolean keeps(long hashed) {
        return shelf == null
                || writer == null
                || !shelf.writable()
                // In this order: what has left the queue in between is on the index by now.
                || writer.isPending(hashed)
                || Shelf.isRecord(shelf.index.get(hashed));
    }

    @Override
    public void arrived(BlockedFill of, int index, WholeFill block) {
        if (write(of.blockKey(index), block)) keepHead(of);
    }

    private boolean write(BlockKey key, WholeFill block) {
        if (writer == null || block.length() > BODY_BYTES_MAX) return false;
        long hashed = hash.of(key);
        if (!admits(hashed)) return false;
        ByteBuf content = block.whole();
        return content != null && writer.offer(new Job.Block(hashed, key, content, purges.sequence()));
    }

    /** The head of a large object is read from disk once and stays in memory then: what asks for its blocks asks for it. */
    private void keepHead(BlockedFill of) {
        if (shelf == null || of.isGone()) return;
        long hashed = hash.of(of.key());
        long location = shelf.index.get(hashed);
        if (Shelf.isRecord(location)) shelf.index.ask(hashed, location);
        else if (!keeps(hashed)) writeHead(of, true);
    }

    private void writeHead(BlockedFill of, boolean again) {
        Meta meta = new Meta(of.response().withContentLength(of.wholeLength()), of.generation(), of.blockBytes());
        write(of.key(), meta, Unpooled.EMPTY_BUFFER, of.purgeSequence(), again);
    }

    @Override
    public void dropBlocks(long generation, int count) {
        if (shelf == null) return;
        for (int i = 0; i < count; i++) {
            long hashed = hash.of(new BlockKey(generation, i));
            long location = shelf.index.get(hashed);
            // They are on disk until their segment goes, but nobody carries them forward.
            if (Shelf.isRecord(location)) shelf.index.remove(hashed, location);
        }
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
                shelf.blockHits.sum(),
                shelf.written.sum(),
                shelf.corrupt.sum(),
                shelf.dropped.sum(),
                shelf.notAdmitted.sum());
    }

    /** Writes what waits and closes every file. */
    @Override
    public void close() {
        if (shelf == null || writer == null || reader == null) return;
        writer.close();
        reader.close();
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
