package dev.perigee.core.http;

import org.jspecify.annotations.Nullable;

/**
 * Content-Range of a 206 response (RFC 9110 section 14.4).
 *
 * @param length of the whole representation, or -1 when the origin does not say
 */
public record ContentRange(long first, long last, long length) {
    private static final String UNIT = "bytes ";

    /** Octets in the part. */
    public long octets() {
        return last - first + 1;
    }

    /** The range that the fields of a response name; null when there is none, or it is not as in {@link #parse}. */
    public static @Nullable ContentRange of(Fields fields) {
        String value = fields.first("Content-Range");
        return value == null ? null : parse(value);
    }

    /**
     * Whether a 206 names a part of octets that no content of this length can be.
     *
     * @param length of the content, negative when unknown
     */
    public static boolean isImpossible(Fields fields, long length) {
        String type = fields.first("Content-Type");
        boolean several = type != null && type.regionMatches(true, 0, "multipart/byteranges", 0, 20);
        String value = fields.first("Content-Range");
        // In another unit it is for the viewer to understand.
        if (several || value == null || !value.regionMatches(true, 0, UNIT, 0, UNIT.length())) return false;
        ContentRange named = fields.count("Content-Range") > 1 ? null : parse(value);
        return named == null || (length >= 0 && named.octets() != length);
    }

    /** The range, or null when the value is malformed, contradicts itself, or is the {@code *}/length form of a 416. */
    public static @Nullable ContentRange parse(String value) {
        if (!value.regionMatches(true, 0, UNIT, 0, UNIT.length())) return null;
        int dash = value.indexOf('-', UNIT.length());
        int slash = value.indexOf('/', UNIT.length());
        if (dash < 0 || slash < dash) return null;
        long first = ByteRanges.number(value, UNIT.length(), dash);
        long last = ByteRanges.number(value, dash + 1, slash);
        boolean unknown = value.length() == slash + 2 && value.charAt(slash + 1) == '*';
        long length = unknown ? -1 : ByteRanges.number(value, slash + 1, value.length());
        if (first < 0 || last < first || last == Long.MAX_VALUE) return null;
        if (!unknown && length <= last) return null;
        return new ContentRange(first, last, length);
    }
}
