package dev.perigee.core.http;

import java.util.List;

/** Entity tags and their comparison (RFC 9110 section 8.8.3). */
public final class EntityTag {
    private EntityTag() {}

    /** Whether the text is {@code "…"} or {@code W/"…"}. */
    public static boolean isValid(String tag) {
        int open = isWeak(tag) ? 2 : 0;
        int close = tag.length() - 1;
        if (close <= open || tag.charAt(open) != '"' || tag.charAt(close) != '"') return false;
        for (int i = open + 1; i < close; i++) {
            char c = tag.charAt(i);
            if (c <= ' ' || c == '"' || c == 0x7f || c > 0xff) return false;
        }
        return true;
    }

    public static boolean isWeak(String tag) {
        return tag.startsWith("W/");
    }

    /** The same opaque text, weak or not. Tags that some origins send without quotes compare as they are. */
    public static boolean weakMatch(String a, String b) {
        int fromA = isWeak(a) ? 2 : 0;
        int fromB = isWeak(b) ? 2 : 0;
        int length = a.length() - fromA;
        return length > 0 && length == b.length() - fromB && a.regionMatches(fromA, b, fromB, length);
    }

    /** The same text, and not weak. */
    public static boolean strongMatch(String a, String b) {
        return !a.isEmpty() && !isWeak(a) && a.equals(b);
    }

    /** Whether If-Match or If-None-Match is the single {@code *}. */
    public static boolean isAny(List<String> lines) {
        return lines.size() == 1 && lines.getFirst().strip().equals("*");
    }

    /** Whether one of the listed tags (all lines of If-None-Match) matches weakly. */
    public static boolean anyWeakMatch(List<String> lines, String tag) {
        return anyMatch(lines, tag, false);
    }

    /** Whether one of the listed tags (all lines of If-Match) matches strongly. */
    public static boolean anyStrongMatch(List<String> lines, String tag) {
        return anyMatch(lines, tag, true);
    }

    private static boolean anyMatch(List<String> lines, String tag, boolean strong) {
        for (String line : lines) {
            int start = 0;
            while (start < line.length()) {
                int end = endOfTag(line, start);
                String listed = line.substring(start, end).strip();
                if (strong ? strongMatch(listed, tag) : weakMatch(listed, tag)) return true;
                start = end + 1;
            }
        }
        return false;
    }

    /** The comma that ends the tag which begins here: a comma between quotes belongs to the tag. */
    private static int endOfTag(String line, int start) {
        boolean quoted = false;
        for (int i = start; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') quoted = !quoted;
            if (c == ',' && !quoted) return i;
        }
        return line.length();
    }
}
