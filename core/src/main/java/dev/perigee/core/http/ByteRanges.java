package dev.perigee.core.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Range field (RFC 9110 section 14.2) with CloudFront's answers to odd ones. */
public final class ByteRanges {
    /** More ranges than a player or a PDF viewer asks for; each one costs a part with its own head in the answer. */
    public static final int MAX_RANGES = 16;

    private static final String UNIT = "bytes=";
    private static final long MALFORMED = -1;

    private ByteRanges() {}

    /**
     * The value of a request's Range; null when there is none, or more than one: the field is no list, so of several lines
     * nobody can say which counts (RFC 9110 section 5.3), and a server may always answer with all of it.
     */
    public static @Nullable String of(Fields request) {
        return request.count("Range") == 1 ? request.first("Range") : null;
    }

    /**
     * What the field asks of a representation of this length.
     *
     * <p>CloudFront answers 200 with the whole object to ranges that do not ascend, that overlap, or that are malformed
     * (developer guide, "How CloudFront processes partial requests"), so such a field never costs more than no field.
     *
     * @param rangeHeader value of Range, or null when there is none
     * @param length of the representation; negative when unknown
     */
    public static RangeOutcome parse(@Nullable String rangeHeader, long length) {
        if (rangeHeader == null || length < 0) return RangeOutcome.WHOLE;
        if (!rangeHeader.regionMatches(true, 0, UNIT, 0, UNIT.length())) return RangeOutcome.WHOLE;
        List<ByteRange> ranges = new ArrayList<>(1);
        int specs = 0;
        int start = UNIT.length();
        while (start <= rangeHeader.length()) {
            int comma = rangeHeader.indexOf(',', start);
            int end = comma < 0 ? rangeHeader.length() : comma;
            String spec = rangeHeader.substring(start, end).strip();
            start = end + 1;
            if (spec.isEmpty()) continue;
            int before = ranges.size();
            if (++specs > MAX_RANGES || !addResolved(spec, length, ranges)) return RangeOutcome.WHOLE;
            // After one that begins past the end, one that does not: they do not ascend.
            if (ranges.size() > before && ranges.size() < specs) return RangeOutcome.WHOLE;
        }
        if (specs == 0) return RangeOutcome.WHOLE;
        return ranges.isEmpty() ? RangeOutcome.UNSATISFIABLE : new RangeOutcome.Satisfiable(ranges);
    }

    /**
     * Adds the bytes that one range-spec selects, if any.
     *
     * @return false when the whole field is to be ignored because of it
     */
    private static boolean addResolved(String spec, long length, List<ByteRange> ranges) {
        int dash = spec.indexOf('-');
        if (dash < 0) return false;
        long last = dash == spec.length() - 1 ? Long.MAX_VALUE : number(spec, dash + 1, spec.length());
        if (last == MALFORMED) return false;
        long first;
        if (dash == 0) {
            if (spec.length() == 1) return false;
            // Of an empty representation no suffix can be named in Content-Range: send it whole.
            if (length == 0 && last > 0) return false;
            first = length - Math.min(last, length);
            last = length - 1;
        } else {
            first = number(spec, 0, dash);
            if (first == MALFORMED || first > last) return false;
            last = Math.min(last, length - 1);
        }
        if (first >= length) return true;
        if (!ranges.isEmpty() && first <= ranges.getLast().lastInclusive()) return false;
        ranges.add(new ByteRange(first, last));
        return true;
    }

    /**
     * First and last position of the first range, before the length of the representation is known: the last is
     * {@link Long#MAX_VALUE} when open, the first is -1 for a range that counts from the end. Null when the field is
     * malformed, or in another unit, and so to be ignored.
     */
    public static long @Nullable [] firstOf(String rangeHeader) {
        if (!(parse(rangeHeader, Long.MAX_VALUE) instanceof RangeOutcome.Satisfiable(List<ByteRange> ranges)))
            return null;
        String first = rangeHeader.substring(UNIT.length()).strip();
        if (first.startsWith("-")) return new long[] {-1, -1};
        ByteRange range = ranges.getFirst();
        long last = range.lastInclusive() == Long.MAX_VALUE - 1 ? Long.MAX_VALUE : range.lastInclusive();
        return new long[] {range.first(), last};
    }

    /** A number of any length, at most {@link Long#MAX_VALUE}. */
    static long number(String text, int start, int end) {
        if (start >= end) return MALFORMED;
        long number = 0;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) return MALFORMED;
            number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
        }
        return number;
    }
}
