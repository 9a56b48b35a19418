package dev.perigee.core.firewall;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Character references of HTML, with and without the semicolon, as far as they stand for characters that matter. */
final class Entities {
    private static final Map<String, Integer> NAMED = Map.ofEntries(
            Map.entry("quot", (int) '"'),
            Map.entry("amp", (int) '&'),
            Map.entry("apos", (int) '\''),
            Map.entry("lt", (int) '<'),
            Map.entry("gt", (int) '>'),
            Map.entry("nbsp", 0xA0),
            Map.entry("colon", (int) ':'),
            Map.entry("lpar", (int) '('),
            Map.entry("rpar", (int) ')'),
            Map.entry("sol", (int) '/'),
            Map.entry("bsol", (int) '\\'),
            Map.entry("semi", (int) ';'),
            Map.entry("equals", (int) '='),
            Map.entry("grave", (int) '`'),
            Map.entry("excl", (int) '!'),
            Map.entry("num", (int) '#'),
            Map.entry("period", (int) '.'),
            Map.entry("comma", (int) ','),
            Map.entry("lsqb", (int) '['),
            Map.entry("rsqb", (int) ']'),
            Map.entry("lcub", (int) '{'),
            Map.entry("rcub", (int) '}'),
            Map.entry("tab", (int) '\t'),
            Map.entry("newline", (int) '\n'));
    private static final int NAME_MAX = 7;

    private Entities() {}

    static String decode(String text) {
        int at = text.indexOf('&');
        if (at < 0) return text;
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            int end = text.charAt(i) == '&' ? reference(text, i + 1, out) : i;
            if (end <= i) {
                out.append(text.charAt(i++));
            } else {
                i = end < text.length() && text.charAt(end) == ';' ? end + 1 : end;
            }
        }
        return out.toString();
    }

    /** Appends what the reference stands for, and returns where it ends; 0 when it is none. */
    private static int reference(String text, int from, StringBuilder out) {
        if (from < text.length() && text.charAt(from) == '#') return number(text, from + 1, out);
        int end = from;
        while (end < text.length() && end < from + NAME_MAX && isLetter(text.charAt(end))) end++;
        for (int length = end; length > from + 1; length--) {
            Integer point = named(text.substring(from, length));
            if (point != null) {
                out.append((char) point.intValue());
                return length;
            }
        }
        return 0;
    }

    private static @Nullable Integer named(String name) {
        return NAMED.get(Transformation.lowerCase(name));
    }

    private static int number(String text, int from, StringBuilder out) {
        boolean hex = from < text.length() && (text.charAt(from) | 0x20) == 'x';
        int base = hex ? 16 : 10;
        int i = hex ? from + 1 : from;
        int first = i;
        long value = 0;
        while (i < text.length()) {
            int digit = Decoding.digit(text.charAt(i));
            if (digit < 0 || digit >= base) break;
            value = Math.min(value * base + digit, 0x110000);
            i++;
        }
        if (i == first) return 0;
        Decoding.appendUtf8(out, (int) value);
        return i;
    }

    private static boolean isLetter(char c) {
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'z';
    }
}
