package dev.perigee.core.access;

import org.jspecify.annotations.Nullable;

/**
 * The Resource of a custom policy: a URL in which {@code *} stands for zero or more characters and {@code ?} for exactly one.
 * A URL is compared part by part, protocol, domain, path and query, and a wildcard stays within its part; only a {@code *} at
 * the end of the domain covers path and query too, and one at the end of the path the query.
 *
 * <p>A {@code ?} may also be what separates the query from the path. What says so is {@code \?}, or that a parameter with its
 * {@code =} follows; any other is read both ways, and it is enough that one of them fits.
 */
final class ResourcePattern {
    private static final String SEPARATOR = "://";

    /** {@code http}, {@code https} or {@code *}. */
    private final String protocol;

    private final String domain;
    /** Path and query; null when the domain is all, and then {@code *} ends it or nothing matches. */
    private final @Nullable String rest;

    private ResourcePattern(String protocol, String domain, @Nullable String rest) {
        this.protocol = protocol;
        this.domain = domain;
        this.rest = rest;
    }

    /** Null when it begins with none of {@code http://}, {@code https://} and {@code *}. */
    static @Nullable ResourcePattern parse(String text) {
        String protocol;
        String after;
        if (text.startsWith("https://") || text.startsWith("http://") || text.startsWith("*://")) {
            int end = text.indexOf(SEPARATOR);
            protocol = text.substring(0, end);
            after = text.substring(end + SEPARATOR.length());
        } else if (text.startsWith("*")) {
            protocol = "*";
            after = text;
        } else {
            return null;
        }
        int slash = after.indexOf('/');
        return slash < 0
                ? new ResourcePattern(protocol, after, null)
                : new ResourcePattern(protocol, after.substring(0, slash), after.substring(slash));
    }

    boolean matches(ViewerUrl url) {
        if (!protocol.equals("*") && !protocol.equals(url.scheme())) return false;
        if (!matches(domain, 0, domain.length(), url.host())) return false;
        String pattern = rest;
        if (pattern == null) return domain.endsWith("*");
        String query = url.query();
        boolean parts = false;
        for (int i = 1; i < pattern.length(); i++) {
            if (pattern.charAt(i) != '?') continue;
            boolean escaped = pattern.charAt(i - 1) == '\\';
            int pathEnd = escaped ? i - 1 : i;
            if (matches(pattern, 0, pathEnd, url.path())
                    && matches(pattern, i + 1, pattern.length(), query == null ? "" : query)) {
                return true;
            }
            parts = escaped || isParameter(pattern, i + 1);
            if (parts) break;
        }
        if (parts || (query != null && !pattern.endsWith("*"))) return false;
        return matches(pattern, 0, pattern.length(), url.path());
    }

    /** Whether a name and {@code =} stand here, before anything that could be another separator. */
    private static boolean isParameter(String pattern, int start) {
        for (int i = start; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '=') return true;
            if (c == '?') return false;
        }
        return false;
    }

    /** At worst pattern length times text length steps; patterns come only from whoever has a key. */
    private static boolean matches(String pattern, int start, int end, String text) {
        int p = start;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            char want = p < end ? pattern.charAt(p) : 0;
            boolean literal = want == '\\' && p + 1 < end && pattern.charAt(p + 1) == '?';
            if (want == '*') {
                star = p++;
                resume = t;
            } else if (literal && text.charAt(t) == '?') {
                p += 2;
                t++;
            } else if (p < end && !literal && (want == '?' || want == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < end && pattern.charAt(p) == '*') p++;
        return p == end;
    }
}
