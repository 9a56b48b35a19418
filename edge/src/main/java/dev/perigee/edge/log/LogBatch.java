package dev.perigee.edge.log;

import dev.perigee.core.plan.Distribution;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines that change hands together, and which of them are to be delivered for whom. Used again and again. */
final class LogBatch {
    private static final byte[] NOTHING = new byte[0];
    private static final int[] NONE = new int[0];
    private static final int SPANS_FIRST = 8;

    /** The lines; as many octets as {@link #length} says. */
    byte[] bytes = NOTHING;

    int length;
    int lines;

    // Neighbouring lines of one distribution are one span, so a busy distribution has few.
    private int spans;
    private int[] starts = NONE;
    private int[] ends = NONE;
    private @Nullable Distribution[] of = new Distribution[0];

    /** Has the line between these octets delivered for this distribution. */
    // The very same distribution: another plan's may have its log elsewhere.
    @SuppressWarnings("ReferenceEquality")
    void mark(int start, int end, Distribution distribution) {
        int last = spans - 1;
        if (last >= 0 && ends[last] == start && of[last] == distribution) {
            ends[last] = end;
            return;
        }
        if (spans == of.length) {
            int room = Math.max(SPANS_FIRST, spans * 2);
            starts = Arrays.copyOf(starts, room);
            ends = Arrays.copyOf(ends, room);
            of = Arrays.copyOf(of, room);
        }
        starts[spans] = start;
        ends[spans] = end;
        of[spans++] = distribution;
    }

    /** Who takes spans of lines. */
    interface Reader {
        void span(Distribution distribution, byte[] bytes, int start, int end);
    }

    void read(Reader reader) {
        for (int i = 0; i < spans; i++) {
            Distribution distribution = of[i];
            if (distribution != null) reader.span(distribution, bytes, starts[i], ends[i]);
        }
    }

    boolean isMarked() {
        return spans > 0;
    }

    /** Begins anew, without the array; a plan that is gone must not be kept by it. */
    byte[] clear() {
        byte[] free = bytes;
        bytes = NOTHING;
        Arrays.fill(of, 0, spans, null);
        spans = 0;
        length = 0;
        lines = 0;
        return free;
    }
}
