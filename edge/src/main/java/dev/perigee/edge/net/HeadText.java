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
        if (bytes.length - length < text.length) bytes = Arrays.copyOf(bytes, 2 * (length + text.length));
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    /** A number that is not negative, and the end of the line. */
    HeadText addNumber(long value) {
        if (bytes.length - length < Decimal.DIGITS_MAX + 2) bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        length = Decimal.write(bytes, length, value);
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
