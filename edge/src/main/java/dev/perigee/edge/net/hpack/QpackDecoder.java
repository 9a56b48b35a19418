package dev.perigee.edge.net.hpack;

import java.util.function.Consumer;

/**
 * Reads field sections of HTTP/3 (RFC 9204) that refer to nothing but the static table: ours has announced that it has no
 * other. So a section is read by itself, waits for no other stream, and one decoder serves all connections of a loop.
 */
public final class QpackDecoder {
    private final SectionReader in;

    public QpackDecoder(FieldStrings strings) {
        this.in = new SectionReader(strings);
    }

    /** Reads one whole section. False when it is malformed, after which the connection cannot go on. */
    public boolean decode(byte[] source, int start, int end, Consumer<HpackField> fields) {
        in.begin(source, start, end);
        // RFC 9204 section 4.5.1: no entry of a dynamic table is required, whatever the base would be.
        if (in.integer(8) != 0) return false;
        in.integer(7);
        while (in.more()) {
            HpackField field = field(in.peek());
            if (in.broken()) return false;
            fields.accept(field);
        }
        in.end();
        return !in.broken();
    }

    private HpackField field(int first) {
        // RFC 9204 sections 4.5.2, 4.5.4 and 4.5.6; what else there is refers to a dynamic table.
        if ((first & 0xC0) == 0xC0) return indexed(in.integer(6));
        if ((first & 0xD0) == 0x50) {
            String name = indexed(in.integer(4)).name();
            return new HpackField(name, in.string(7));
        }
        if ((first & 0xE0) == 0x20) {
            String name = in.string(3);
            return new HpackField(name, in.string(7));
        }
        in.fail();
        return QpackTable.field(0);
    }

    private HpackField indexed(int index) {
        if (index < QpackTable.SIZE && !in.broken()) return QpackTable.field(index);
        in.fail();
        return QpackTable.field(0);
    }
}
