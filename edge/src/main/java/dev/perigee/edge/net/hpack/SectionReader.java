package dev.perigee.edge.net.hpack;

/** Reads the integers and strings that HPACK and QPACK share (RFC 7541 section 5) out of one section at a time. */
final class SectionReader {
    /** Octets that one integer may take; none that is of use here takes more. */
    private static final int INTEGER_OCTETS_MAX = 4;

    /** Room for decoded strings that is kept between sections. */
    private static final int ROOM_KEPT = 1024;

    private final FieldStrings strings;

    private byte[] decoded = new byte[256];
    private byte[] bytes = decoded;
    private int at;
    private int end;
    private boolean broken;

    SectionReader(FieldStrings strings) {
        this.strings = strings;
    }

    void begin(byte[] source, int start, int sourceEnd) {
        bytes = source;
        at = start;
        end = sourceEnd;
        broken = false;
    }

    /** Whether there is more to be read, and sense in what was read. */
    boolean more() {
        return at < end && !broken;
    }

    boolean broken() {
        return broken;
    }

    void fail() {
        broken = true;
    }

    /** The next octet, which stays; only when there is {@linkplain #more more}. */
    int peek() {
        return bytes[at] & 0xFF;
    }

    /** Lets go of the section, and of room that few sections need. */
    void end() {
        if (decoded.length > ROOM_KEPT) decoded = new byte[ROOM_KEPT];
        bytes = decoded;
    }

    /** An integer that begins in the last bits of the next octet (RFC 7541 section 5.1). */
    int integer(int prefixBits) {
        if (at == end) {
            broken = true;
            return 0;
        }
        int mask = (1 << prefixBits) - 1;
        int value = bytes[at++] & mask;
        if (value < mask) return value;
        for (int shift = 0; shift < 7 * INTEGER_OCTETS_MAX; shift += 7) {
            if (at == end) break;
            int octet = bytes[at++];
            value += (octet & 0x7F) << shift;
            if (octet >= 0) return value;
        }
        broken = true;
        return 0;
    }

    /** A string whose length begins in the last bits of the next octet, after the bit that says Huffman. */
    String string(int prefixBits) {
        if (at == end || broken) {
            broken = true;
            return "";
        }
        boolean huffman = (bytes[at] & 1 << prefixBits) != 0;
        int length = integer(prefixBits);
        if (broken || length > end - at) {
            broken = true;
            return "";
        }
        int start = at;
        at += length;
        if (!huffman) return strings.string(bytes, start, at);
        int room = Huffman.decodedLengthMax(length);
        if (decoded.length < room) decoded = new byte[Math.max(room, 2 * decoded.length)];
        int octets = Huffman.decode(bytes, start, at, decoded);
        if (octets < 0) {
            broken = true;
            return "";
        }
        return strings.string(decoded, 0, octets);
    }
}
