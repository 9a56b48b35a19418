package dev.perigee.lambda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads octets line by line, none longer than a limit. */
final class Lines {
    private static final int PIECE = 64 << 10;

    private final InputStream in;
    private final int max;
    private final byte[] piece = new byte[PIECE];
    private int from;
    private int to;
    private boolean tooLong;

    Lines(InputStream in, int max) {
        this.in = in;
        this.max = max;
    }

    /** The next line, without its end; null when there is none, or it is too long. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        while (!tooLong) {
            if (from == to) {
                from = 0;
                to = Math.max(0, in.read(piece));
                if (to == 0) return null;
            }
            int end = from;
            while (end < to && piece[end] != '\n') end++;
            line.write(piece, from, end - from);
            boolean whole = end < to;
            from = whole ? end + 1 : end;
            if (line.size() > max) tooLong = true;
            else if (whole) return line.toByteArray();
        }
        return null;
    }

    boolean tooLong() {
        return tooLong;
    }
}
