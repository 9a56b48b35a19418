package dev.perigee.edge.net;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The Host field's value: {@code uri-host [ ":" port ]} (RFC 9110 section 7.2); names in handshakes read the same. */
final class Hosts {
    private Hosts() {}

    /**
     * The lower-case name without port and without a trailing dot, or null when the value is malformed: empty, with user
     * information, with characters that no name has, or with a port that is no number.
     */
    static @Nullable String name(String value) {
        int end = nameEnd(value);
        if (end <= 0 || !isPort(value, end)) return null;
        boolean lower = true;
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c >= 'A' && c <= 'Z') lower = false;
            else if (!isNameCharacter(c, value.charAt(0) == '[')) return null;
        }
        if (value.charAt(end - 1) == '.') end--;
        if (end == 0) return null;
        String name = end == value.length() ? value : value.substring(0, end);
        return lower ? name : name.toLowerCase(Locale.ROOT);
    }

    private static int nameEnd(String value) {
        if (value.isEmpty() || value.length() > 262) return -1;
        if (value.charAt(0) == '[') return value.indexOf(']') + 1;
        int colon = value.indexOf(':');
        return colon < 0 ? value.length() : colon;
    }

    private static boolean isPort(String value, int colon) {
        if (colon == value.length()) return true;
        if (value.charAt(colon) != ':' || value.length() - colon > 6) return false;
        for (int i = colon + 1; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') return false;
        }
        return true;
    }

    private static boolean isNameCharacter(char c, boolean literal) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_') return true;
        return literal && (c == ':' || c == '[' || c == ']');
    }
}
