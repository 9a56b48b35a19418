package dev.perigee.edge.net.hpack;

import java.util.function.Consumer;

/**
 * Reads the field sections of one connection. What a section stands for may be far larger than the section: whoever takes
 * the fields counts them, and cannot be made to keep more than one reference per octet received.
 */
public final class HpackDecoder {
    private final int tableBytesMax;
    private final DynamicTable table;
    private final SectionReader in;

    /**
     * A decoder with an empty table.
     *
     * @param tableBytesMax as announced in SETTINGS_HEADER_TABLE_SIZE
     */
    public HpackDecoder(int tableBytesMax, FieldStrings strings) {
        this.tableBytesMax = tableBytesMax;
        this.table = new DynamicTable(tableBytesMax);
        this.in = new SectionReader(strings);
    }

    /** Reads one whole section. False when it is malformed, after which the connection cannot go on. */
    public boolean decode(byte[] source, int start, int end, Consumer<HpackField> fields) {
        in.begin(source, start, end);
        boolean begun = false;
        while (in.more()) {
            int first = in.peek();
            if ((first & 0xE0) == 0x20) {
                // RFC 7541 section 4.2: a change of size comes before all fields.
                int size = in.integer(5);
                if (begun || size > tableBytesMax) return false;
                if (!in.broken()) table.limit(size);
                continue;
            }
            begun = true;
            HpackField field = (first & 0x80) != 0 ? field(in.integer(7)) : literal(first);
            if (in.broken()) return false;
            fields.accept(field);
        }
        in.end();
        return !in.broken();
    }

    private HpackField literal(int first) {
        boolean indexed = (first & 0x40) != 0;
        int index = in.integer(indexed ? 6 : 4);
        String name = index == 0 && !in.broken() ? in.string(7) : field(index).name();
        String value = in.broken() ? "" : in.string(7);
        HpackField field = new HpackField(name, value);
        if (indexed && !in.broken()) table.add(field);
        return field;
    }

    private HpackField field(int index) {
        if (index >= 1 && index <= StaticTable.SIZE) return StaticTable.field(index);
        int own = index - StaticTable.SIZE - 1;
        if (own >= 0 && own < table.count()) return table.field(own);
        in.fail();
        return StaticTable.field(1);
    }
}
