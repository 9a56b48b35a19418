package dev.perigee.edge.store.disk;

/**
 * Where a record is, in one long that is never 0: segment (24 bits), offset (22) and length (15) in units of 64 octets,
 * whether it was asked for since it was written (1), and its kind (2).
 */
final class Location {
    /** Records begin at multiples of so many octets. */
    static final int UNIT = 64;

    static final int SEGMENT_MAX = (1 << 24) - 1;
    static final long SEGMENT_BYTES_MAX = (long) UNIT << 22;
    static final int RECORD_BYTES_MAX = ((1 << 15) - 1) * UNIT;

    private static final long ASKED = 1 << 2;

    private Location() {}

    static long of(int segment, long offset, int length, Kind kind) {
        return (long) segment << 40 | (offset / UNIT) << 18 | (long) (length / UNIT) << 3 | kind.code();
    }

    static int segment(long location) {
        return (int) (location >>> 40);
    }

    static long offset(long location) {
        return (location >>> 18 & 0x3F_FFFF) * UNIT;
    }

    static int length(long location) {
        return (int) (location >>> 3 & 0x7FFF) * UNIT;
    }

    static Kind kind(long location) {
        return Kind.VALUES[(int) (location & 3)];
    }

    static boolean asked(long location) {
        return (location & ASKED) != 0;
    }

    static long withAsked(long location) {
        return location | ASKED;
    }

    static long withoutAsked(long location) {
        return location & ~ASKED;
    }

    /** Octets rounded up to whole units. */
    static int aligned(int octets) {
        return (octets + UNIT - 1) & -UNIT;
    }
}
