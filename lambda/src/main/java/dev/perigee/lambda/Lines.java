package dev.perigee.lambda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes octets apart into lines, none longer than a limit. They may be read in several ways, by one thread after another. */
final class Lines {
    private static final int PIECE = 64 << 10;

    private final int max;
    private final byte[] piece = new byte[PIECE];
    private ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private byte @Nullable [] back;
    private int from;
    private int to;
    private boolean tooLong;
    private boolean ended;

    Lines(int max) {
        this.max = max;
    }

    /** Where octets come from. */
    interface Source {
        /** How many there were; 0 for none yet, and -1 when there will be no more. */
        int read(byte[] into) throws IOException;
    }

    /**
     * The next line that is not empty, without its end; null when there is none yet, or none any more, or it is too long.
     *
     * @param enough of an unfinished line to stop reading for now
     */
    byte @Nullable [] next(Source in, int enough) throws IOException {
        byte[] again = back;
        back = null;
        if (again != null) return again;
        while (!tooLong && !ended && line.size() <= enough) {
            if (from == to) {
                int count = in.read(piece);
                ended = count < 0;
                from = 0;
                to = Math.max(0, count);
                if (to == 0) return null;
            }
            int end = from;
            while (end < to && piece[end] != '\n') end++;
            line.write(piece, from, end - from);
            boolean whole = end < to;
            from = whole ? end + 1 : end;
            if (line.size() > max) tooLong = true;
            else if (whole && line.size() > 0) return taken();
        }
        return null;
    }

    private byte[] taken() {
        byte[] whole = line.toByteArray();
        // One long line is no reason to keep room for another.
        if (whole.length > PIECE) line = new ByteArrayOutputStream(512);
        else line.reset();
        return whole;
    }

    /** Has a line come again. */
    void giveBack(byte[] taken) {
        back = taken;
    }

    /** How much of an unfinished line is there. */
    int unfinished() {
        return line.size();
    }

    /** Whether no line will come any more. */
    boolean isOver() {
        return tooLong || ended;
    }

    boolean tooLong() {
        return tooLong;
    }
}
