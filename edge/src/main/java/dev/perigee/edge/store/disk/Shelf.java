package dev.perigee.edge.store.disk;

import dev.perigee.edge.store.PurgeLog;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What reading, writing, loading and sweeping share: the segments, the index, and whether the disk may still be used. */
final class Shelf {
    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);
    /** A disk that fails to read so often is not asked again. */
    private static final int READ_FAILURES_MAX = 3;

    final String name;
    final DiskFiles files;
    final long bytesMax;
    final DiskIndex index = new DiskIndex();
    final ConcurrentSkipListMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
    /** Octets of all segments and sidecars. */
    final AtomicLong bytes = new AtomicLong();

    final LongAdder hits = new LongAdder();
    final LongAdder blockHits = new LongAdder();
    final LongAdder written = new LongAdder();
    final LongAdder corrupt = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder notAdmitted = new LongAdder();
    private final AtomicInteger readFailures = new AtomicInteger();
    volatile boolean loading = true;
    private volatile boolean writable = true;
    private volatile boolean readable = true;
    private volatile String reason = "";

    Shelf(String name, DiskFiles files, long bytesMax) {
        this.name = name;
        this.files = files;
        this.bytesMax = bytesMax;
    }

    boolean writable() {
        return writable;
    }

    boolean readable() {
        return readable;
    }

    String reason() {
        return reason;
    }

    DiskStatus.State state() {
        if (!readable) return DiskStatus.State.RETIRED;
        if (!writable) return DiskStatus.State.READ_ONLY;
        return loading ? DiskStatus.State.LOADING : DiskStatus.State.SERVING;
    }

    /** Nothing is written any more; what is there is still read. */
    synchronized void writeFailed(IOException e) {
        if (!writable) return;
        writable = false;
        reason = "cannot be written: " + e;
        LOG.error("{}: the disk cache {}; it is read only from now on", name, reason);
    }

    void readFailed(IOException e) {
        if (readFailures.incrementAndGet() >= READ_FAILURES_MAX) retire("cannot be read: " + e);
    }

    /** A purge cannot be recorded: the folder must not be believed by the next process either. */
    void journalFailed(IOException e) {
        retire("cannot record purges: " + e);
        try {
            files.delete(PurgeJournal.NAME);
        } catch (IOException _) {
            // Then the control plane's own record of what this edge has applied empties it (Plan.purgeFloor).
        }
    }

    synchronized void retire(String why) {
        writable = false;
        if (!readable) return;
        readable = false;
        reason = why;
        LOG.error("{}: the disk cache {}; serving goes on from memory alone", name, why);
        index.clear();
    }

    /** Whether the index has something at this location that can be read. */
    static boolean isRecord(long location) {
        return location != 0 && Location.kind(location) != Kind.TOMBSTONE;
    }

    void add(Segment segment, long octets) {
        segments.put(segment.id, segment);
        bytes.addAndGet(octets);
    }

    /** Takes a segment out of use and deletes it. */
    void drop(Segment segment) {
        if (!segments.remove(segment.id, segment)) return;
        bytes.addAndGet(-segment.length - segment.sidecarBytes);
        try {
            files.delete(Segment.sidecarName(segment.id));
            files.delete(Segment.name(segment.id));
        } catch (IOException e) {
            writeFailed(e);
        } finally {
            segment.leave();
        }
    }

    /** Drops every segment; those that were not looked at yet too. */
    void clear() throws IOException {
        for (Segment segment : segments.values()) drop(segment);
        index.clear();
        for (String file : files.list()) {
            if (isCacheFile(file)) files.delete(file);
        }
        // Purges that were missed hang on it: nothing may come back with a power cut.
        files.syncDeletions();
    }

    private boolean isCacheFile(String file) {
        int id = Segment.idOf(file.replace(".idx", ".seg"));
        return id > 0 && !segments.containsKey(id);
    }

    void checkSequence(PurgeLog purges, long newestSequence) throws Damaged {
        if (newestSequence > purges.sequence()) throw new Damaged("the journal of purges is older than the segments");
    }

    /** The oldest segment, but for this one. */
    @org.jspecify.annotations.Nullable
    Segment oldest(int except) {
        Map.Entry<Integer, Segment> first = segments.firstEntry();
        if (first != null && first.getKey() == except) first = segments.higherEntry(except);
        return first == null ? null : first.getValue();
    }
}
