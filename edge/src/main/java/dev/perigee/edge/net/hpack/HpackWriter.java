package dev.perigee.edge.net.hpack;

/**
 * Writes field sections that hold for every connection: with the static table and literals alone, which no peer's table
 * has to be told about (RFC 7541 section 6.2.2).
 */
public final class HpackWriter {
    /** Tells the peer that its table for our sections stays empty (RFC 7541 section 6.3). */
    public static final byte NO_TABLE = 0x20;

    private final SectionBytes out = new SectionBytes();

    /** What was written. */
    public byte[] toBytes() {
        return out.toBytes();
    }

    /** To be called first, if at all. */
    public HpackWriter noTable() {
        out.integer(NO_TABLE, 5, 0);
        return this;
    }

    /** A field that is a whole entry of the static table. */
    public HpackWriter indexed(int index) {
        out.integer(0x80, 7, index);
        return this;
    }

    public HpackWriter status(int status) {
        int index = switch (status) {
            case 200 -> 8;
            case 204 -> 9;
            case 206 -> 10;
            case 304 -> 11;
            case 400 -> 12;
            case 404 -> 13;
            case 500 -> 14;
            default -> 0;
        };
        return index == 0 ? field(":status", Integer.toString(status)) : indexed(index);
    }

    /** A field whose name is in lower case and whose value is of ISO 8859-1. */
    public HpackWriter field(String name, String value) {
        name(name);
        out.string(0, 7, value);
        return this;
    }

    /** The beginning of a field; its value must follow as a string. */
    public HpackWriter name(String name) {
        int index = StaticTable.indexOf(name);
        out.integer(0, 4, index);
        if (index == 0) out.string(0, 7, name);
        return this;
    }
}
