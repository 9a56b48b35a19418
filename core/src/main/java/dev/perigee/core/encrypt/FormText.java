package dev.perigee.core.encrypt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The text of application/x-www-form-urlencoded, octets as characters of ISO 8859-1. */
final class FormText {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private FormText() {}

    /** What a text stands for, or null when it is not encoded correctly. */
    static @Nullable String decoded(String text) {
        byte[] octets = octets(text.getBytes(StandardCharsets.ISO_8859_1), 0, text.length());
        return octets == null ? null : new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** The octets that a part of a form stands for, or null when it is not encoded correctly. */
    static byte @Nullable [] octets(byte[] form, int from, int to) {
        var out = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            int c = form[i];
            if (c == '%') {
                int high = i + 2 < to ? Character.digit(form[i + 1], 16) : -1;
                int low = i + 2 < to ? Character.digit(form[i + 2], 16) : -1;
                if (high < 0 || low < 0) return null;
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(c == '+' ? ' ' : c);
            }
        }
        return out.toByteArray();
    }

    /** Base64 as a value of a form: three of its characters mean something else there. */
    static void appendBase64(ByteArrayOutputStream out, byte[] base64) {
        for (byte b : base64) {
            if (b == '+' || b == '/' || b == '=') {
                out.write('%');
                out.write(HEX[b >> 4]);
                out.write(HEX[b & 15]);
            } else {
                out.write(b);
            }
        }
    }
}
