package dev.perigee.edge.net.hpack;

import java.util.Arrays;

/** A field section being written: the integers and strings that HPACK and QPACK share (RFC 7541 section 5). */
final class SectionBytes {
    private byte[] bytes = new byte[256];
    private int length;

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** A string whose length begins in the last bits of an octet, after the bit that says Huffman. */
    void string(int flags, int prefixBits, String text) {
        int encoded = Huffman.encodedLength(text);
        if (encoded < text.length()) {
            integer(flags | 1 << prefixBits, prefixBits, encoded);
            room(encoded);
            length = Huffman.encode(text, bytes, length);
            return;
        }
        integer(flags, prefixBits, text.length());
        room(text.length());
        for (int i = 0; i < text.length(); i++) bytes[length++] = (byte) text.charAt(i);
    }

    void integer(int flags, int prefixBits, int value) {
        room(6);
        int mask = (1 << prefixBits) - 1;
        if (value < mask) {
            bytes[length++] = (byte) (flags | value);
            return;
        }
        bytes[length++] = (byte) (flags | mask);
        int rest = value - mask;
        while (rest >= 128) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    private void room(int more) {
        if (bytes.length - length < more) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
}
