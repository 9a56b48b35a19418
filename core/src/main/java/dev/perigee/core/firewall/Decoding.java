package dev.perigee.core.firewall;

import java.nio.charset.StandardCharsets;

/** Encodings undone as far as they are well formed: what is not, stays as it is. */
final class Decoding {
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private Decoding() {}

    static int digit(char c) {
        if (c >= '0' && c <= '9') return c - '0';
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** The number that so many hexadecimal digits make at this place, or -1. */
    static int hexAt(String text, int at, int digits) {
        if (at + digits > text.length()) return -1;
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) return -1;
            value = value * 16 + digit;
        }
        return value;
    }

    /** A code point as octets of UTF-8, each in a character. */
    static void appendUtf8(StringBuilder out, int codePoint) {
        if (codePoint < 0x80) {
            out.append((char) codePoint);
        } else if (Character.isValidCodePoint(codePoint) && (codePoint < 0xD800 || codePoint > 0xDFFF)) {
            byte[] octets = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
            out.append(new String(octets, StandardCharsets.ISO_8859_1));
        } else {
            out.append('?');
        }
    }

    /** @param unicode whether {@code %uXXXX} counts too: of full-width forms the ASCII character they stand for */
    static String percent(String text, boolean unicode) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) return text;
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int octet = c == '%' ? hexAt(text, i + 1, 2) : -1;
            boolean u = unicode && octet < 0 && c == '%' && i + 1 < text.length() && (text.charAt(i + 1) | 0x20) == 'u';
            int point = u ? hexAt(text, i + 2, 4) : -1;
            if (octet >= 0) {
                out.append((char) octet);
                i += 2;
            } else if (point >= 0) {
                appendUtf8(out, point >= 0xFF01 && point <= 0xFF5E ? point - 0xFEE0 : point);
                i += 5;
            } else {
                out.append(c == '+' ? ' ' : c);
            }
        }
        return out.toString();
    }

    /** @param forgiving whether characters that are no Base64 are skipped; else the decoded part ends there */
    static String base64(String text, boolean forgiving) {
        StringBuilder out = new StringBuilder(text.length());
        int bits = 0;
        int held = 0;
        for (int i = 0; i < text.length(); i++) {
            int value = BASE64.indexOf(text.charAt(i));
            if (value < 0) {
                if (forgiving) continue;
                break;
            }
            bits = (bits << 6 | value) & 0xFFFFFF;
            held += 6;
            if (held < 8) continue;
            held -= 8;
            out.append((char) (bits >> held & 0xFF));
        }
        return out.toString();
    }

    static String hex(String text) {
        StringBuilder out = new StringBuilder(text.length() / 2);
        for (int i = 0; i + 1 < text.length(); i += 2) {
            int octet = hexAt(text, i, 2);
            if (octet < 0) return text;
            out.append((char) octet);
        }
        return text.length() % 2 == 0 ? out.toString() : text;
    }

    /** As MySQL has strings: {@code 0x414243} is {@code ABC}. */
    static String sqlHex(String text) {
        int at = text.indexOf("0x");
        if (at < 0) return text;
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            boolean begins = text.startsWith("0x", i);
            int end = begins ? digitsEnd(text, i + 2) : i;
            if (!begins || end - i < 4) {
                out.append(text.charAt(i));
                continue;
            }
            for (int pair = i + 2; pair < end; pair += 2) out.append((char) hexAt(text, pair, 2));
            i = end - 1;
        }
        return out.toString();
    }

    private static int digitsEnd(String text, int from) {
        int end = from;
        while (hexAt(text, end, 2) >= 0) end += 2;
        return end;
    }

    /** Characters beyond ASCII as {@code %uXXXX}. */
    static String utf8ToUnicode(String text) {
        boolean plain = text.chars().allMatch(c -> c < 0x80);
        if (plain) return text;
        String decoded = new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder(decoded.length() * 2);
        for (int i = 0; i < decoded.length(); i++) {
            char c = decoded.charAt(i);
            if (c < 0x80) {
                out.append(c);
            } else {
                String digits = Integer.toHexString(c);
                out.append("%u").append("0".repeat(4 - digits.length())).append(digits);
            }
        }
        return out.toString();
    }
}
