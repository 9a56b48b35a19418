package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.edge.store.PurgeLog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks every record that is older than the newest purge, strikes out what purges cover, superseded records included, and
 * then lets the log drop them. Runs on the writer's thread, one segment at a time.
 */
final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private final Shelf shelf;
    private final PurgeLog purges;
    private final long upTo;
    private final Deque<Integer> waiting;

    Sweep(Shelf shelf, PurgeLog purges) {
        this.shelf = shelf;
        this.purges = purges;
        this.upTo = purges.sequence();
        this.waiting = new ArrayDeque<>(shelf.segments.keySet());
    }

    /** Sweeps the next segment; false when there is none left. */
    boolean step() {
        Integer id = waiting.poll();
        if (id == null) {
            purges.dropUpTo(upTo);
            return false;
        }
        Segment segment = shelf.segments.get(id);
        if (segment == null || segment.oldestSequence >= upTo) return true;
        try {
            sweep(segment);
        } catch (Damaged e) {
            // What stands behind the damage cannot be judged, so nothing of it may stay.
            shelf.corrupt.increment();
            LOG.warn("{}: {}: {}; dropped", shelf.name, Segment.name(segment.id), e.getMessage());
            shelf.index.removeSegment(segment.id);
            shelf.drop(segment);
        } catch (IOException e) {
            shelf.retire("cannot be swept: " + e);
            return false;
        }
        return true;
    }

    private void sweep(Segment segment) throws IOException, Damaged {
        long offset = Segment.HEADER_BYTES;
        boolean struck = false;
        while (offset < segment.length) {
            Segment.Head head = segment.head(offset);
            if (head == null) throw new Damaged("cut");
            try (head) {
                if (covered(head)) {
                    segment.strikeOut(offset);
                    struck = true;
                    RecordHeader header = head.header();
                    shelf.index.remove(
                            header.hash(), Location.of(segment.id, offset, header.recordLength(), header.kind()));
                }
                offset += head.header().recordLength();
            }
        }
        // The log forgets these purges next: what was struck out must stay so.
        if (struck) segment.file.force();
    }

    private boolean covered(Segment.Head head) throws Damaged {
        RecordHeader header = head.header();
        if (header.dead() || header.purgeSequence() >= upTo) return false;
        if (header.kind() != Kind.RESPONSE && header.kind() != Kind.HEAD) return false;
        CacheKey key = Codec.readKey(head.key());
        return purges.covers(
                header.purgeSequence(),
                key,
                Meta.read(header.kind(), head.meta()).response().fields());
    }
}
