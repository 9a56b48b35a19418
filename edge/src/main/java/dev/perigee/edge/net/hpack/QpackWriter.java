package dev.perigee.edge.net.hpack;

/**
 * Writes lines of field sections of HTTP/3 (RFC 9204) that hold for every connection: with the static table and literals
 * alone. What was written here and there may be put together in any order, behind one {@link #prefix}.
 */
public final class QpackWriter {
    private final SectionBytes out = new SectionBytes();

    /** What was written. */
    public byte[] toBytes() {
        return out.toBytes();
    }

    /** The beginning of a section that needs no dynamic table (RFC 9204 section 4.5.1). */
    public QpackWriter prefix() {
        out.integer(0, 8, 0);
        out.integer(0, 7, 0);
        return this;
    }

    public QpackWriter status(int status) {
        return field(":status", Integer.toString(status));
    }

    /** A field whose name is in lower case and whose value is of ISO 8859-1. */
    public QpackWriter field(String name, String value) {
        int index = QpackTable.indexOf(name, value);
        if (index >= 0) {
            out.integer(0xC0, 6, index);
            return this;
        }
        name(name);
        out.string(0, 7, value);
        return this;
    }

    /** The beginning of a field; its value must follow as a string. */
    public QpackWriter name(String name) {
        int index = QpackTable.indexOf(name);
        if (index >= 0) out.integer(0x50, 4, index);
        else out.string(0x20, 3, name);
        return this;
    }
}
