package dev.perigee.core.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The preconditions of a viewer's request against a response at hand (RFC 9110 section 13). */
public final class Conditions {
    private Conditions() {}

    /** What the preconditions make of a request. */
    public enum Condition {
        /** Answer as if there were none. */
        PROCEED,
        /** 304. */
        NOT_MODIFIED,
        /** 412. */
        FAILED
    }

    /**
     * Evaluates in the order of RFC 9110 section 13.2.2.
     *
     * @param storedStatus preconditions only count where the plain answer would be 2xx (section 13.2.1)
     * @param etag of the response
     * @param lastModifiedEpochSeconds of the response, or {@link HttpDate#NONE}
     */
    public static Condition evaluate(
            RequestHead request, int storedStatus, @Nullable String etag, long lastModifiedEpochSeconds) {
        if (storedStatus < 200 || storedStatus > 299) return Condition.PROCEED;
        Fields fields = request.fields();
        // RFC 9111 section 4.3.2 leaves If-Match and If-Unmodified-Since to the origin; to its viewers the edge is the
        // origin, and an answer that does not match what the viewer holds would be worse than a 412.
        if (fails(fields, etag, lastModifiedEpochSeconds)) return Condition.FAILED;
        boolean safe = request.method().equals("GET") || request.method().equals("HEAD");
        if (fields.has("If-None-Match")) {
            if (!listMatches(fields.all("If-None-Match"), etag, false)) return Condition.PROCEED;
            return safe ? Condition.NOT_MODIFIED : Condition.FAILED;
        }
        if (!safe || lastModifiedEpochSeconds == HttpDate.NONE) return Condition.PROCEED;
        long since = date(fields.first("If-Modified-Since"));
        return since != HttpDate.NONE && lastModifiedEpochSeconds <= since ? Condition.NOT_MODIFIED : Condition.PROCEED;
    }

    private static boolean fails(Fields fields, @Nullable String etag, long lastModified) {
        if (fields.has("If-Match")) return !listMatches(fields.all("If-Match"), etag, true);
        long unmodifiedSince = date(fields.first("If-Unmodified-Since"));
        return unmodifiedSince != HttpDate.NONE && lastModified != HttpDate.NONE && lastModified > unmodifiedSince;
    }

    private static boolean listMatches(List<String> lines, @Nullable String etag, boolean strong) {
        if (EntityTag.isAny(lines)) return true;
        if (etag == null) return false;
        return strong ? EntityTag.anyStrongMatch(lines, etag) : EntityTag.anyWeakMatch(lines, etag);
    }

    /**
     * Whether Range counts, given If-Range (RFC 9110 section 13.1.5): an entity tag must match strongly, a date exactly.
     *
     * @param strongDate when the response was modified, or {@link HttpDate#NONE} when that does not tell its octets from others
     */
    public static boolean rangeApplies(RequestHead request, @Nullable String etag, long strongDate) {
        String ifRange = request.fields().first("If-Range");
        if (ifRange == null) return true;
        long date = HttpDate.parse(ifRange);
        if (date != HttpDate.NONE) return date == strongDate;
        return etag != null && EntityTag.strongMatch(ifRange, etag);
    }

    private static long date(@Nullable String value) {
        return value == null ? HttpDate.NONE : HttpDate.parse(value);
    }
}
