package dev.perigee.edge.net.hpack;

import java.util.Arrays;

/**
 * Writes field sections that hold for every connection: with the static table and literals alone, which no peer's table
 * has to be told about (RFC 7541 section 6.2.2).
 */
public final class HpackWriter {
    /** Tells the peer that its table for our sections stays empty (RFC 7541 section 6.3). */
    public static final byte NO_TABLE = 0x20;

    private byte[] bytes = new byte[256];
    private int length;

    /** What was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** To be called first, if at all. */
    public HpackWriter noTable() {
        room(1);
        bytes[length++] = NO_TABLE;
        return this;
    }

    /** A field that is a whole entry of the static table. */
    public HpackWriter indexed(int index) {
        return integer(0x80, 7, index);
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
        if (index == 0) return field(":status", Integer.toString(status));
        return integer(0x80, 7, index);
    }

    /** A field whose name is in lower case and whose value is of ISO 8859-1. */
    public HpackWriter field(String name, String value) {
        return name(name).string(value);
    }

    /** The beginning of a field; its value must follow as a string. */
    public HpackWriter name(String name) {
        int index = StaticTable.indexOf(name);
        integer(0, 4, index);
        return index == 0 ? string(name) : this;
    }

    private HpackWriter string(String text) {
        int encoded = Huffman.encodedLength(text);
        if (encoded < text.length()) {
            integer(0x80, 7, encoded);
            room(encoded);
            length = Huffman.encode(text, bytes, length);
            return this;
        }
        integer(0, 7, text.length());
        room(text.length());
        for (int i = 0; i < text.length(); i++) bytes[length++] = (byte) text.charAt(i);
        return this;
    }

    private HpackWriter integer(int flags, int prefixBits, int value) {
        room(6);
        int mask = (1 << prefixBits) - 1;
        if (value < mask) {
            bytes[length++] = (byte) (flags | value);
            return this;
        }
        bytes[length++] = (byte) (flags | mask);
        int rest = value - mask;
        while (rest >= 128) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    private void room(int more) {
        if (bytes.length - length < more) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
}
