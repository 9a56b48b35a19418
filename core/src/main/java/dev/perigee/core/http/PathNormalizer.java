package dev.perigee.core.http;

/**
 * Paths in the one spelling that behaviors are matched against (RFC 3986 section 6.2.2), so that {@code /x/../private}
 * and {@code /%70rivate} do not slip past the pattern for {@code /private}. The origin gets the path as sent.
 */
public final class PathNormalizer {
    private PathNormalizer() {}

    /**
     * Decodes escaped unreserved characters, writes the other escapes in upper case and resolves dot segments. Each
     * step runs once: {@code %252e} stays what it is. A percent sign that begins no escape stays too.
     *
     * @return the same instance when there is nothing to change
     */
    public static String normalize(String rawPath) {
        boolean escapes = rawPath.indexOf('%') >= 0;
        if (!escapes && !rawPath.contains("/.")) return rawPath;
        String decoded = escapes ? decodeUnreserved(rawPath) : rawPath;
        String resolved = decoded.contains("/.") ? removeDotSegments(decoded) : decoded;
        return resolved.equals(rawPath) ? rawPath : resolved;
    }

    private static String decodeUnreserved(String path) {
        StringBuilder text = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            int octet = c == '%' ? octetAt(path, i + 1) : -1;
            if (octet < 0) {
                text.append(c);
                continue;
            }
            if (isUnreserved(octet)) {
                text.append((char) octet);
            } else {
                text.append('%').append(upper(path.charAt(i + 1))).append(upper(path.charAt(i + 2)));
            }
            i += 2;
        }
        return text.toString();
    }

    private static int octetAt(String path, int at) {
        if (at + 1 >= path.length()) return -1;
        int high = hex(path.charAt(at));
        int low = hex(path.charAt(at + 1));
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static int hex(char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }

    private static char upper(char c) {
        return c >= 'a' && c <= 'f' ? (char) (c - 'a' + 'A') : c;
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    /** RFC 3986 section 5.2.4 for a path that begins with a slash. */
    private static String removeDotSegments(String path) {
        StringBuilder text = new StringBuilder(path.length());
        int start = 0;
        while (start < path.length()) {
            int slash = path.indexOf('/', start + 1);
            int end = slash < 0 ? path.length() : slash;
            int length = end - start;
            boolean dot = length == 2 && path.startsWith("/.", start);
            boolean dots = length == 3 && path.startsWith("/..", start);
            if (dots) text.setLength(Math.max(text.lastIndexOf("/"), 0));
            if (!dot && !dots) text.append(path, start, end);
            if ((dot || dots) && slash < 0) text.append('/');
            start = end;
        }
        return text.toString();
    }
}
