package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.edge.store.BlockKey;
import dev.perigee.edge.store.PurgeLog;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads records, and believes nothing that it has not checked. What is wrong is a miss, and goes off the index. */
final class DiskReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskReader.class);

    private static final int THREADS = 4;
    private static final int WAITING_MAX = 512;
    /** Beyond this the origin is likely to be faster. */
    private static final long MILLIS_MAX = 2_000;
    /** Clocks of two runs of an edge may differ so much. */
    private static final long CLOCK_MILLIS_MAX = 60_000;

    private final Shelf shelf;
    private final PurgeLog purges;
    private final InstantSource clock;
    private final ThreadPoolExecutor threads;

    DiskReader(Shelf shelf, PurgeLog purges, InstantSource clock) {
        this.shelf = shelf;
        this.purges = purges;
        this.clock = clock;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_MAX),
                // Threads of the platform: a file that answers slowly must not hold up virtual threads, and an
                // interrupted virtual thread would close the file.
                Thread.ofPlatform().daemon().name("disk-" + shelf.name + "-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    @Nullable
    Found find(CacheKey key, long hashed) {
        return waiting(hashed, () -> read(key, hashed, true));
    }

    /** As {@link #find}, without counting as a use. */
    @Nullable
    Found look(CacheKey key, long hashed) {
        return waiting(hashed, () -> read(key, hashed, false));
    }

    @Nullable
    ByteBuf findBlock(BlockKey key, int octets, long hashed) {
        return waiting(hashed, () -> readBlock(key, octets, hashed));
    }

    /** A read, and whether a thread has taken it up. */
    private static final class Reading<T> extends FutureTask<@Nullable T> {
        private volatile boolean begun;

        Reading(Callable<@Nullable T> read) {
            super(read);
        }

        @Override
        public void run() {
            begun = true;
            super.run();
        }
    }

    private <T> @Nullable T waiting(long hashed, Callable<@Nullable T> read) {
        if (!Shelf.isRecord(shelf.index.get(hashed))) return null;
        Reading<T> result = new Reading<>(read);
        try {
            threads.execute(result);
        } catch (RejectedExecutionException _) {
            return null;
        }
        try {
            return result.get(MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            late(result);
        } catch (ExecutionException e) {
            LOG.error("{}: reading the disk cache failed", shelf.name, e);
        } catch (InterruptedException _) {
            release(result);
            Thread.currentThread().interrupt();
        }
        return null;
    }

    /** Who has waited in the queue only says that many read, and nothing of the disk. */
    private <T> void late(Reading<T> result) {
        boolean begun = result.begun;
        if (!begun && threads.remove(result)) return;
        release(result);
        if (begun) shelf.readFailed(new IOException("no answer within " + MILLIS_MAX + " ms"));
    }

    /** It may still be read, by nobody: its buffer must be given back then. */
    private static <T> void release(Reading<T> late) {
        Thread.startVirtualThread(() -> {
            try {
                T found = late.get();
                if (found instanceof Found whole) whole.content().release();
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

    private @Nullable Found read(CacheKey key, long hashed, boolean counts) {
        long dropped = purges.droppedUpTo();
        Checked checked = check(hashed);
        if (checked == null) return null;
        RecordHeader header = checked.header;
        try {
            if (!Codec.readKey(checked.key()).equals(key)) return null;
            Meta meta = Meta.read(header.kind(), checked.meta());
            if (header.purgeSequence() > purges.sequence()) throw new Damaged("newer than the journal of purges");
            boolean purged =
                    purges.covers(header.purgeSequence(), key, meta.response().fields());
            // When the clock was set back, nobody knows how old it is.
            boolean early = meta.response().storedAtMillis() > clock.millis() + CLOCK_MILLIS_MAX;
            if (purged || early) {
                shelf.index.remove(hashed, checked.location);
                return null;
            }
            // The log may have forgotten the purge meanwhile; then the record has been struck out, and is so on a
            // second
            // look.
            if (purges.droppedUpTo() != dropped) return read(key, hashed, counts);
            if (!shelf.readable()) return null;
            if (counts) {
                shelf.index.ask(hashed, checked.location);
                shelf.hits.increment();
            }
            return new Found(
                    meta.response(), checked.body(), meta.generation(), meta.blockBytes(), header.purgeSequence());
        } catch (Damaged e) {
            damaged(hashed, checked.location, e);
            return null;
        } finally {
            checked.octets.release();
        }
    }

    private @Nullable ByteBuf readBlock(BlockKey of, int octets, long hashed) {
        Checked checked = check(hashed);
        if (checked == null) return null;
        try {
            ByteBuf key = checked.key();
            boolean same = checked.header.kind() == Kind.BLOCK
                    && key.readableBytes() == 12
                    && key.getLong(0) == of.generation()
                    && key.getInt(8) == of.index();
            if (!same) return null;
            if (checked.header.bodyLength() != octets) throw new Damaged("length of a block");
            shelf.index.ask(hashed, checked.location);
            shelf.blockHits.increment();
            return checked.body();
        } catch (Damaged e) {
            damaged(hashed, checked.location, e);
            return null;
        } finally {
            checked.octets.release();
        }
    }

    private @Nullable Checked check(long hashed) {
        long location = shelf.index.get(hashed);
        if (!Shelf.isRecord(location) || !shelf.readable()) return null;
        Segment segment = shelf.segments.get(Location.segment(location));
        if (segment == null || !segment.use()) {
            shelf.index.remove(hashed, location);
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
                shelf.index.remove(hashed, location);
                return null;
            }
            passed = true;
            return new Checked(header, octets, location);
        } catch (Damaged e) {
            damaged(hashed, location, e);
        } catch (IOException e) {
            shelf.index.remove(hashed, location);
            shelf.readFailed(e);
        } finally {
            segment.leave();
            if (!passed && octets != null) octets.release();
        }
        return null;
    }

    private void damaged(long hashed, long location, Damaged e) {
        shelf.index.remove(hashed, location);
        shelf.corrupt.increment();
        LOG.warn(
                "{}: a record in {} at {} is damaged ({}); it is not used",
                shelf.name,
                Segment.name(Location.segment(location)),
                Location.offset(location),
                e.getMessage());
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(MILLIS_MAX, TimeUnit.MILLISECONDS))
                LOG.warn("{}: the disk does not answer", shelf.name);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
