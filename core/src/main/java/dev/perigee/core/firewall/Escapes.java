package dev.perigee.core.firewall;

/** Escapes with a backslash, as three languages have them. */
final class Escapes {
    private Escapes() {}

    /** ANSI C: {@code \n \xHH \0OOO} and the like. */
    static String ansiC(String text) {
        if (text.indexOf('\\') < 0) return text;
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            char next = text.charAt(++i);
            int hex = next == 'x' ? Decoding.hexAt(text, i + 1, 2) : -1;
            if (hex >= 0) {
                out.append((char) hex);
                i += 2;
            } else if (next >= '0' && next <= '7') {
                i = octal(text, i, out);
            } else {
                out.append(letter(next));
            }
        }
        return out.toString();
    }

    private static char letter(char c) {
        return switch (c) {
            case 'a' -> 7;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 11;
            default -> c;
        };
    }

    /** Up to three digits; returns the place of the last one. */
    private static int octal(String text, int from, StringBuilder out) {
        int value = 0;
        int i = from;
        while (i < text.length() && i < from + 3 && text.charAt(i) >= '0' && text.charAt(i) <= '7') {
            value = value * 8 + text.charAt(i++) - '0';
        }
        out.append((char) (value & 0xFF));
        return i - 1;
    }

    /** CSS 2.1 section 4.1.3: up to six digits, and one white space after them. */
    static String css(String text) {
        if (text.indexOf('\\') < 0) return text;
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            int end = i + 1;
            while (end < text.length() && end < i + 7 && Decoding.digit(text.charAt(end)) >= 0) end++;
            if (end == i + 1) {
                // The character itself, however it is written; an escaped line feed is nothing.
                if (text.charAt(++i) != '\n') out.append(text.charAt(i));
                continue;
            }
            int point = Integer.parseInt(text.substring(i + 1, end), 16);
            Decoding.appendUtf8(out, point >= 0xFF01 && point <= 0xFF5E ? point - 0xFEE0 : point);
            i = end < text.length() && Transformation.isSpace(text.charAt(end)) ? end : end - 1;
        }
        return out.toString();
    }

    /** JavaScript: as ANSI C, and {@code \}{@code uHHHH}. */
    static String javaScript(String text) {
        if (text.indexOf('\\') < 0) return text;
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        int at = text.indexOf("\\u");
        while (at >= 0) {
            int point = Decoding.hexAt(text, at + 2, 4);
            boolean escaped = at > 0 && text.charAt(at - 1) == '\\';
            if (point >= 0 && !escaped) {
                out.append(text, from, at);
                Decoding.appendUtf8(out, point >= 0xFF01 && point <= 0xFF5E ? point - 0xFEE0 : point);
                from = at + 6;
            }
            at = text.indexOf("\\u", at + 2);
        }
        return ansiC(out.append(text, from, text.length()).toString());
    }
}
