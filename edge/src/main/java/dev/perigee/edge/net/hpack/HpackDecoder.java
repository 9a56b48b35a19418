package dev.perigee.edge.net.hpack;

import java.util.function.Consumer;

/**
 * Reads the field sections of one connection. What a section stands for may be far larger than the section: whoever takes
 * the fields counts them, and cannot be made to keep more than one reference per octet received.
 */
public final class HpackDecoder {
    /** Makes strings of octets. */
    public interface Strings {
        String string(byte[] bytes, int start, int end);
    }

    /** Octets that one integer may take; none that is of use here takes more. */
    private static final int INTEGER_OCTETS_MAX = 4;

    /** Room for decoded strings that is kept between sections. */
    private static final int ROOM_KEPT = 1024;

    private final int tableBytesMax;
    private final DynamicTable table;
    private final Strings strings;

    private byte[] decoded = new byte[256];
    private byte[] bytes = decoded;
    private int at;
    private int end;
    private boolean broken;

    /**
     * A decoder with an empty table.
     *
     * @param tableBytesMax as announced in SETTINGS_HEADER_TABLE_SIZE
     */
    public HpackDecoder(int tableBytesMax, Strings strings) {
        this.tableBytesMax = tableBytesMax;
        this.table = new DynamicTable(tableBytesMax);
        this.strings = strings;
    }

    /** Reads one whole section. False when it is malformed, after which the connection cannot go on. */
    public boolean decode(byte[] source, int start, int sourceEnd, Consumer<HpackField> fields) {
        bytes = source;
        at = start;
        end = sourceEnd;
        broken = false;
        boolean begun = false;
        while (at < end && !broken) {
            int first = bytes[at] & 0xFF;
            if ((first & 0xE0) == 0x20) {
                // RFC 7541 section 4.2: a change of size comes before all fields.
                int size = integer(5);
                if (begun || size > tableBytesMax) return false;
                if (!broken) table.limit(size);
                continue;
            }
            begun = true;
            HpackField field = (first & 0x80) != 0 ? field(integer(7)) : literal(first);
            if (broken) return false;
            fields.accept(field);
        }
        if (decoded.length > ROOM_KEPT) decoded = new byte[ROOM_KEPT];
        bytes = decoded;
        return !broken;
    }

    private HpackField literal(int first) {
        boolean indexed = (first & 0x40) != 0;
        int index = integer(indexed ? 6 : 4);
        String name = index == 0 && !broken ? string() : field(index).name();
        String value = broken ? "" : string();
        HpackField field = new HpackField(name, value);
        if (indexed && !broken) table.add(field);
        return field;
    }

    private HpackField field(int index) {
        if (index >= 1 && index <= StaticTable.SIZE) return StaticTable.field(index);
        int own = index - StaticTable.SIZE - 1;
        if (own >= 0 && own < table.count()) return table.field(own);
        broken = true;
        return StaticTable.field(1);
    }

    /** RFC 7541 section 5.1. */
    private int integer(int prefixBits) {
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

    /** RFC 7541 section 5.2. */
    private String string() {
        if (at == end) {
            broken = true;
            return "";
        }
        boolean huffman = bytes[at] < 0;
        int length = integer(7);
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
