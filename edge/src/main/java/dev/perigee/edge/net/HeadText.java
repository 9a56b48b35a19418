package dev.perigee.edge.net;

import dev.perigee.core.http.Decimal;
import java.util.Arrays;

/** A head being put together: octets in one growing array, from where they go to the socket's buffer at once. */
final class HeadText {
    private byte[] bytes = new byte[2048];
    private int length;

    HeadText begin() {
        length = 0;
        return this;
    }

    HeadText add(byte[] text) {
        room(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    /** A number that is not negative, and the end of the line. */
    HeadText addNumber(long value) {
        room(Decimal.DIGITS_MAX + 2);
        length = Decimal.write(bytes, length, value);
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        return this;
    }

    /** A string of HPACK or QPACK, without Huffman code; at most 126 octets. */
    HeadText addText(byte[] text) {
        room(1);
        bytes[length++] = (byte) text.length;
        return add(text);
    }

    /** The digits of a number that is not negative, as such a string. */
    HeadText addText(long value) {
        room(1 + Decimal.DIGITS_MAX);
        int end = Decimal.write(bytes, length + 1, value);
        bytes[length] = (byte) (end - length - 1);
        length = end;
        return this;
    }

    private void room(int octets) {
        if (bytes.length - length < octets) bytes = Arrays.copyOf(bytes, 2 * (length + octets));
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
