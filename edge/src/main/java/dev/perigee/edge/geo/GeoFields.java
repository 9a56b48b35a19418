package dev.perigee.edge.geo;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Walks through encoded values without making anything of them ("MaxMind DB File Format Specification", section on the data
 * section), so that a damaged file cannot make a decoder allocate what it says it holds, or run in circles.
 */
final class GeoFields {
    private static final int DEPTH_MAX = 24;
    private static final int VALUES_MAX = 20_000;
    private static final int POINTER = 1;
    private static final int MAP = 7;
    private static final int ARRAY = 11;
    private static final int BOOLEAN = 14;
    private static final int FLOAT = 15;
    private static final int[] SIZES = {0, 0, -1, 8, -1, 2, 4, 0, 4, 8, 16, 0, 0, 0, 0, 4};

    private final ByteBuffer data;
    private int values;

    GeoFields(ByteBuffer data) {
        this.data = data;
    }

    /** Throws when the value here is not whole, or too much. */
    void check(int at) throws IOException {
        values = 0;
        skip(at, 0, false);
    }

    /** The place after the value. */
    private int skip(int at, int depth, boolean pointed) throws IOException {
        if (++values > VALUES_MAX || depth > DEPTH_MAX)
            throw new IOException("a record is too large, or runs in circles");
        int control = octet(at);
        int next = at + 1;
        int type = control >> 5;
        if (type == POINTER) {
            // The specification forbids pointers to pointers.
            if (pointed) throw new IOException("a pointer points to a pointer");
            return pointer(control, next, depth);
        }
        if (type == 0) type = 7 + octet(next++);
        if (type > FLOAT || type == 12 || type == 13 || type == 0)
            throw new IOException("a value of unknown type " + type);
        int size = control & 31;
        int more = Math.max(0, size - 28);
        if (more > 0) {
            int extra = 0;
            for (int i = 0; i < more; i++) extra = extra << 8 | octet(next + i);
            next += more;
            size = extra + (more == 1 ? 29 : more == 2 ? 285 : 65_821);
        }
        return content(type, size, next, depth);
    }

    private int content(int type, int size, int from, int depth) throws IOException {
        int next = from;
        switch (type) {
            case MAP -> {
                for (int i = 0; i < size; i++) {
                    next = skip(next, depth + 1, false);
                    next = skip(next, depth + 1, false);
                }
            }
            case ARRAY -> {
                for (int i = 0; i < size; i++) next = skip(next, depth + 1, false);
            }
            case BOOLEAN -> {
                if (size > 1) throw new IOException("a truth value of " + size);
            }
            default -> {
                int max = SIZES[type];
                if (max >= 0 && size > max) throw new IOException("a number of " + size + " octets");
                next += size;
                if (next > data.limit()) throw new IOException("a value is cut short");
            }
        }
        return next;
    }

    private int pointer(int control, int from, int depth) throws IOException {
        int size = (control >> 3) & 3;
        long target = size == 3 ? 0 : control & 7;
        for (int i = 0; i <= size; i++) target = target << 8 | octet(from + i);
        if (size == 1) target += 2048;
        if (size == 2) target += 526_336;
        if (target >= data.limit()) throw new IOException("a pointer points beyond the data");
        skip((int) target, depth + 1, true);
        return from + size + 1;
    }

    private int octet(int at) throws IOException {
        if (at >= data.limit()) throw new IOException("a value is cut short");
        return data.get(at) & 0xFF;
    }
}
