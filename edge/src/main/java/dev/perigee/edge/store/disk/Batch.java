package dev.perigee.edge.store.disk;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Small records on their way to the end of one segment: written together, since a write of its own for each costs more
 * than all else that is done for it. A record is listed when it is written, never before.
 */
final class Batch {
    private static final int BYTES = 256 << 10;
    /** Larger ones gain nothing. */
    private static final int RECORD_BYTES_MAX = 32 << 10;

    private static final int RECORDS_MAX = 512;

    /** Takes what was written. */
    interface Written {
        void record(long hash, long location, long purgeSequence);
    }

    private final Shelf shelf;
    private final ByteBuf octets = Unpooled.directBuffer(BYTES, BYTES);
    private final long[] records = new long[3 * RECORDS_MAX];
    private @Nullable Segment segment;
    private long start;
    private int count;

    Batch(Shelf shelf) {
        this.shelf = shelf;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether this belongs behind what is here already, and there is room. */
    boolean takes(Segment into, int length) {
        boolean fits = length <= RECORD_BYTES_MAX && length <= octets.writableBytes() && count < RECORDS_MAX;
        return fits && (count == 0 || segment == into);
    }

    /** Whether it would take this if it were empty. */
    static boolean isFor(int length) {
        return length <= RECORD_BYTES_MAX;
    }

    /** Adds a record that is going to stand at the end of the segment, which grows by it at once. */
    void add(Segment into, RecordHeader header, long location, ByteBuf record) {
        if (count == 0) {
            // Held open: whoever drops it meanwhile must not make writing to it an error.
            if (!into.use()) return;
            segment = into;
            start = into.length;
        }
        octets.writeBytes(record, 0, record.writerIndex());
        records[3 * count] = header.hash();
        records[3 * count + 1] = location;
        records[3 * count + 2] = header.purgeSequence();
        count++;
    }

    /**
     * Writes all and tells each, or fails and forgets all. What belongs to a segment that was dropped is forgotten.
     *
     * @param left takes the hash of each at the end, written or not
     */
    void write(Written written, LongConsumer left) throws IOException {
        Segment into = segment;
        int all = count;
        count = 0;
        segment = null;
        if (into == null || all == 0) return;
        try {
            if (shelf.segments.get(into.id) != into) return;
            into.file.write(octets.nioBuffer(), start);
            for (int i = 0; i < all; i++) written.record(records[3 * i], records[3 * i + 1], records[3 * i + 2]);
        } finally {
            octets.clear();
            into.leave();
            for (int i = 0; i < all; i++) left.accept(records[3 * i]);
        }
    }

    void release() {
        octets.release();
    }
}
