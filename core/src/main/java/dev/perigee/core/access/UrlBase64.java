package dev.perigee.core.access;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Base64 (RFC 4648 section 4) whose characters {@code +}, {@code =} and {@code /} are written {@code -}, {@code _} and
 * {@code ~}. Octets have one text only: padding is required, and the bits that it leaves over are zero. Who could write one
 * signature in several ways could get around whatever counts or blocks it.
 */
final class UrlBase64 {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~";
    private static final char PADDING = '_';
    private static final byte[] VALUES = values();

    private UrlBase64() {}

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < ALPHABET.length(); i++) values[ALPHABET.charAt(i)] = (byte) i;
        return values;
    }

    /** The octets of a text, or null when it is empty or not such a text. */
    static byte @Nullable [] decode(String text) {
        int length = text.length();
        if (length == 0 || length % 4 != 0) return null;
        int padding = 0;
        while (padding < 2 && text.charAt(length - 1 - padding) == PADDING) padding++;
        byte[] octets = new byte[length / 4 * 3 - padding];
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < length - padding; i++) {
            char c = text.charAt(i);
            int value = c < VALUES.length ? VALUES[c] : -1;
            if (value < 0) return null;
            bits = bits << 6 | value;
            held += 6;
            if (held < 8) continue;
            held -= 8;
            octets[at++] = (byte) (bits >> held);
            bits &= (1 << held) - 1;
        }
        return bits == 0 ? octets : null;
    }
}
