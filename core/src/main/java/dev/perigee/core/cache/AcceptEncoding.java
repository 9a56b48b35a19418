package dev.perigee.core.cache;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.plan.CachePolicy;
import org.jspecify.annotations.Nullable;

/**
 * CloudFront's short list of Accept-Encoding values, so that browsers which word the field differently share a stored
 * response (developer guide, "Serving compressed files").
 */
public final class AcceptEncoding {
    public static final String IDENTITY = "identity";

    private AcceptEncoding() {}

    /**
     * The value that goes to the origin: {@code br,gzip}, {@code br}, {@code gzip}, {@code identity}, or null for no
     * field. With both flags off the field is an ordinary one and this is not to be asked: the answer is null.
     *
     * @param header the viewer's field, all lines joined, or null
     */
    public static @Nullable String normalize(
            HttpVersion version, @Nullable String header, boolean gzip, boolean brotli) {
        if (header == null || version == HttpVersion.HTTP_1_0 || (!gzip && !brotli)) return null;
        boolean useGzip = gzip && accepts(header, "gzip");
        boolean useBrotli = brotli && accepts(header, "br");
        if (useBrotli) return useGzip ? "br,gzip" : "br";
        return useGzip ? "gzip" : IDENTITY;
    }

    /** The part in the cache key: as {@link #normalize}, except that {@code identity} is not keyed. */
    public static @Nullable String keyed(HttpVersion version, @Nullable String header, boolean gzip, boolean brotli) {
        String value = normalize(version, header, gzip, brotli);
        return IDENTITY.equals(value) ? null : value;
    }

    static @Nullable String keyed(CachePolicy policy, HttpVersion version, Fields fields) {
        if (!policy.gzip() && !policy.brotli()) return null;
        return keyed(version, fields.joined("Accept-Encoding"), policy.gzip(), policy.brotli());
    }

    /**
     * Whether the coding is listed with a weight above zero. CloudFront does not document weights; RFC 9110 section
     * 12.5.3 makes a weight of zero a refusal. A {@code *} does not stand for a coding, as CloudFront wants it named.
     */
    private static boolean accepts(String header, String coding) {
        int start = 0;
        int length = header.length();
        while (start < length) {
            int comma = header.indexOf(',', start);
            int end = comma < 0 ? length : comma;
            int from = start;
            while (from < end && isSpace(header.charAt(from))) from++;
            int to = from + coding.length();
            if (to <= end && header.regionMatches(true, from, coding, 0, coding.length())) {
                while (to < end && isSpace(header.charAt(to))) to++;
                if (to == end) return true;
                if (header.charAt(to) == ';') return !weighsNothing(header, to + 1, end);
            }
            start = end + 1;
        }
        return false;
    }

    /** {@code q=0}, {@code q=0.}, {@code q=0.000}. */
    private static boolean weighsNothing(String header, int start, int end) {
        int at = start;
        while (at < end && isSpace(header.charAt(at))) at++;
        if (!header.regionMatches(true, at, "q=", 0, 2)) return false;
        boolean zero = false;
        for (int i = at + 2; i < end; i++) {
            char c = header.charAt(i);
            if (c >= '1' && c <= '9') return false;
            zero |= c == '0';
        }
        return zero;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
