package dev.perigee.edge.fetch;

import dev.perigee.core.http.ByteRange;
import dev.perigee.core.http.ByteRanges;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RangeOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to ask the origin for when a viewer wants a range of something that is not stored: whole blocks, so that what comes
 * can be stored.
 *
 * @param first position of the first octet to ask for
 * @param last position of the last one; may be beyond the end
 * @param probe whether it is only to learn how long the object is, since the viewer counts from its end
 */
record BlockSpan(long first, long last, boolean probe) {
    /** More is asked for while it is read. */
    private static final int BLOCKS_MAX = 16;

    /** For the first of the ranges; null when the field is none that selects octets, and so asks for everything. */
    static @Nullable BlockSpan of(@Nullable String range, int blockBytes) {
        long[] wanted = range == null ? null : ByteRanges.firstOf(range);
        if (wanted == null) return null;
        if (wanted[0] < 0) return new BlockSpan(0, 0, true);
        return around(wanted[0], wanted[1], blockBytes);
    }

    /**
     * For a range of something that is stored but stale, whose length helps where the viewer counts from the end; null
     * when all of it is one block at most.
     */
    static @Nullable BlockSpan of(@Nullable String range, int blockBytes, long length) {
        if (range == null || length <= blockBytes) return null;
        if (!(ByteRanges.parse(range, length) instanceof RangeOutcome.Satisfiable(List<ByteRange> ranges))) {
            return of(range, blockBytes);
        }
        ByteRange wanted = ranges.getFirst();
        return around(wanted.first(), wanted.lastInclusive(), blockBytes);
    }

    private static BlockSpan around(long first, long last, int blockBytes) {
        long block = first / blockBytes;
        // No object comes near the largest number, but a viewer may ask for it.
        long lastBlock = Math.min(Math.min(last / blockBytes, block + BLOCKS_MAX - 1), Long.MAX_VALUE / blockBytes - 1);
        return new BlockSpan(block * blockBytes, Math.max(first, (lastBlock + 1) * blockBytes - 1), false);
    }

    Fields field() {
        return Fields.of("Range", "bytes=" + first + '-' + last);
    }
}
