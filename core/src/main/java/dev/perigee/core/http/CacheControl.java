package dev.perigee.core.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The Cache-Control directives of a response that a shared cache acts on (RFC 9111 section 5.2.2, RFC 5861).
 *
 * @param noStore {@code no-store}
 * @param noCache {@code no-cache} without field names
 * @param isPrivate {@code private} without field names
 * @param mustRevalidate {@code must-revalidate} or {@code proxy-revalidate}
 * @param mustUnderstand {@code must-understand}
 * @param isPublic {@code public}
 * @param maxAge seconds, or -1 when absent
 * @param sMaxAge seconds, or -1 when absent
 * @param staleWhileRevalidate seconds, or -1 when absent
 * @param staleIfError seconds, or -1 when absent
 * @param noCacheFields lower-case names of {@code no-cache="…"}
 * @param privateFields lower-case names of {@code private="…"}
 * @param targeted whether they come from a targeted field, beside which Expires does not count (RFC 9213 section 2.2)
 */
public record CacheControl(
        boolean noStore,
        boolean noCache,
        boolean isPrivate,
        boolean mustRevalidate,
        boolean mustUnderstand,
        boolean isPublic,
        long maxAge,
        long sMaxAge,
        long staleWhileRevalidate,
        long staleIfError,
        List<String> noCacheFields,
        List<String> privateFields,
        boolean targeted) {
    /** No directive at all. */
    public static final CacheControl NONE =
            new CacheControl(false, false, false, false, false, false, -1, -1, -1, -1, List.of(), List.of(), false);

    /** RFC 9111 section 1.2.2: a larger number of seconds counts as this one. */
    public static final long MAX_SECONDS = 1L << 31;

    public CacheControl {
        noCacheFields = List.copyOf(noCacheFields);
        privateFields = List.copyOf(privateFields);
    }

    public static CacheControl parse(Fields fields) {
        Directives directives = null;
        for (int i = 0; i < fields.size(); i++) {
            if (!Fields.sameName(fields.name(i), "Cache-Control")) continue;
            if (directives == null) directives = new Directives();
            directives.read(fields.value(i));
        }
        return directives == null ? NONE : directives.build();
    }

    /** Whether the response must not be shared, or not be reused without asking the origin. */
    public boolean forbidsReuse() {
        return noStore || noCache || isPrivate;
    }

    /** {@code s-maxage}, else {@code max-age}, else -1. */
    public long sharedMaxAge() {
        return sMaxAge >= 0 ? sMaxAge : maxAge;
    }

    /** Seconds, capped; 0 when the text is no number of seconds, so that the response counts as stale at once. */
    static long deltaSeconds(@Nullable String text) {
        if (text == null || text.isEmpty()) return 0;
        long seconds = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') return 0;
            seconds = Math.min(seconds * 10 + (c - '0'), MAX_SECONDS);
        }
        return seconds;
    }

    /** Collects directives over all lines. */
    private static final class Directives {
        private boolean noStore;
        private boolean noCache;
        private boolean isPrivate;
        private boolean mustRevalidate;
        private boolean mustUnderstand;
        private boolean isPublic;
        private long maxAge = -1;
        private long sMaxAge = -1;
        private long staleWhileRevalidate = -1;
        private long staleIfError = -1;
        private final List<String> noCacheFields = new ArrayList<>(0);
        private final List<String> privateFields = new ArrayList<>(0);

        void read(String line) {
            int start = 0;
            while (start < line.length()) {
                int end = endOfElement(line, start);
                element(line.substring(start, end).strip());
                start = end + 1;
            }
        }

        private void element(String element) {
            int equals = element.indexOf('=');
            if (equals < 0) {
                directive(element, null);
            } else {
                directive(
                        element.substring(0, equals).strip(),
                        unquoted(element.substring(equals + 1).strip()));
            }
        }

        /**
         * The first of several values counts (RFC 9111 section 4.2.1 leaves the choice between that and stale); of
         * conflicting directives all are kept, and the most restrictive one wins where they are used.
         */
        private void directive(String name, @Nullable String argument) {
            switch (name.toLowerCase(Locale.ROOT)) {
                case "no-store" -> noStore = true;
                case "public" -> isPublic = true;
                case "must-revalidate", "proxy-revalidate" -> mustRevalidate = true;
                case "must-understand" -> mustUnderstand = true;
                case "no-cache" -> noCache |= !namesFields(argument, noCacheFields);
                case "private" -> isPrivate |= !namesFields(argument, privateFields);
                case "max-age" -> maxAge = maxAge < 0 ? deltaSeconds(argument) : maxAge;
                case "s-maxage" -> sMaxAge = sMaxAge < 0 ? deltaSeconds(argument) : sMaxAge;
                case "stale-while-revalidate" ->
                    staleWhileRevalidate = staleWhileRevalidate < 0 ? deltaSeconds(argument) : staleWhileRevalidate;
                case "stale-if-error" -> staleIfError = staleIfError < 0 ? deltaSeconds(argument) : staleIfError;
                default -> {
                    // RFC 9111 section 5.2.3: unknown directives are ignored.
                }
            }
        }

        CacheControl build() {
            return new CacheControl(
                    noStore,
                    noCache,
                    isPrivate,
                    mustRevalidate,
                    mustUnderstand,
                    isPublic,
                    maxAge,
                    sMaxAge,
                    staleWhileRevalidate,
                    staleIfError,
                    noCacheFields,
                    privateFields,
                    false);
        }

        /** Adds the names of the field form. An argument that names no field is read as the stricter, bare form. */
        private static boolean namesFields(@Nullable String argument, List<String> names) {
            if (argument == null) return false;
            boolean found = false;
            for (String name : argument.split(",", -1)) {
                String stripped = name.strip();
                if (!Grammar.isToken(stripped)) continue;
                names.add(stripped.toLowerCase(Locale.ROOT));
                found = true;
            }
            return found;
        }

        /** The next comma outside a quoted string. A quote that never closes is read as an ordinary character. */
        private static int endOfElement(String line, int start) {
            for (int i = start; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c == ',') return i;
                if (c == '"') {
                    int close = closingQuote(line, i);
                    if (close > 0) i = close;
                }
            }
            return line.length();
        }

        private static int closingQuote(String line, int open) {
            for (int i = open + 1; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c == '"') return i;
                if (c == '\\') i++;
            }
            return -1;
        }

        /** RFC 9111 section 5.2: both the token and the quoted form of an argument are to be accepted. */
        private static String unquoted(String argument) {
            int last = argument.length() - 1;
            if (last < 1 || argument.charAt(0) != '"' || argument.charAt(last) != '"') return argument;
            return argument.substring(1, last).replace("\\", "");
        }
    }
}
