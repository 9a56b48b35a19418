package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Purge;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The purges that an edge has applied and that something on its disk may still be older than, in order. What is read from
 * the disk is compared with them; once a sweep has struck out everything that they cover, they are dropped.
 */
public final class PurgeLog {
    /**
     * A purge and where its tags were listed when it was applied.
     *
     * @param tagHeader null when the distribution has no cache tags
     */
    public record Entry(Purge purge, @Nullable String tagHeader) {}

    /** Where the log is kept. It deals with its own failures. */
    public interface Journal {
        /** Returns when these would survive a power cut. */
        void append(List<Entry> entries);

        /** Begins anew with this content. */
        void rewrite(long droppedUpTo, long sequence, List<Entry> entries);
    }

    private static final Journal NOWHERE = new Journal() {
        @Override
        public void append(List<Entry> entries) {}

        @Override
        public void rewrite(long droppedUpTo, long sequence, List<Entry> entries) {}
    };

    private final Journal journal;
    private final PurgeIndex index = new PurgeIndex();
    private final List<Entry> entries = new ArrayList<>();
    private volatile long sequence;
    private volatile long droppedUpTo;

    /** A log for an edge without a disk. */
    public PurgeLog() {
        this(NOWHERE, 0, 0, List.of());
    }

    public PurgeLog(Journal journal, long droppedUpTo, long sequence, List<Entry> entries) {
        this.journal = journal;
        this.droppedUpTo = droppedUpTo;
        this.sequence = sequence;
        this.entries.addAll(entries);
        entries.forEach(index::add);
    }

    /** The newest purge that was applied, 0 before the first. What a fetch begins under, it must note before it begins. */
    public long sequence() {
        return sequence;
    }

    /** Up to here nothing can be proven any more: what began before and arrives now must not be stored. */
    public long droppedUpTo() {
        return droppedUpTo;
    }

    /** Whether a purge newer than this sequence covers the response. */
    public boolean covers(long since, CacheKey key, Fields storedFields) {
        return since < sequence && index.covers(since, key, storedFields);
    }

    /** Number of purges that are still compared with. */
    public synchronized int pending() {
        return entries.size();
    }

    /** Notes purges, in ascending order; when this returns, no look-up finds what they cover, in this process or the next. */
    public synchronized void apply(List<Entry> applied) {
        if (applied.isEmpty()) return;
        entries.addAll(applied);
        applied.forEach(index::add);
        sequence = applied.getLast().purge().sequence();
        journal.append(applied);
    }

    /** Forgets purges that nothing on the disk is older than. */
    public synchronized void dropUpTo(long swept) {
        if (swept <= droppedUpTo) return;
        droppedUpTo = swept;
        entries.removeIf(entry -> entry.purge().sequence() <= swept);
        index.removeUpTo(swept);
        journal.rewrite(droppedUpTo, sequence, List.copyOf(entries));
    }

    /** Nothing is read from the disk any more: nothing need be compared with. The journal keeps what it has. */
    public synchronized void forget() {
        entries.clear();
        index.removeUpTo(sequence);
    }

    /** Purges were missed, and the cache was emptied: everything up to here is settled. */
    public synchronized void restart(long floor) {
        sequence = Math.max(sequence, floor);
        dropUpTo(sequence);
    }
}
