package dev.perigee.edge.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines that change hands together, and which of them are to be delivered for whom. Used again and again.
 *
 * @param <T> for whom
 */
final class LogBatch<T> {
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
    private @Nullable Object[] of = new Object[0];

    /** Has the line between these octets delivered for somebody. */
    // The very same: another plan's may have its log elsewhere.
    @SuppressWarnings("ReferenceEquality")
    void mark(int start, int end, T target) {
        int last = spans - 1;
        if (last >= 0 && ends[last] == start && of[last] == target) {
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
        of[spans++] = target;
    }

    /** Who takes spans of lines. */
    interface Reader<T> {
        void span(T target, byte[] bytes, int start, int end);
    }

    // Only mark writes into the array.
    @SuppressWarnings("unchecked")
    void read(Reader<T> reader) {
        for (int i = 0; i < spans; i++) {
            T target = (T) of[i];
            if (target != null) reader.span(target, bytes, starts[i], ends[i]);
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
