package dev.perigee.core.plan;

import java.util.List;

/**
 * What makes a cache key and how long a response stays fresh.
 *
 * @param id policy id, or {@code legacy} when made from ForwardedValues
 * @param minTtl seconds
 * @param defaultTtl seconds
 * @param maxTtl seconds
 * @param gzip EnableAcceptEncodingGzip
 * @param brotli EnableAcceptEncodingBrotli
 * @param headers lower-case names of the headers in the key
 */
public record CachePolicy(
        String id,
        long minTtl,
        long defaultTtl,
        long maxTtl,
        boolean gzip,
        boolean brotli,
        List<String> headers,
        Selection cookies,
        Selection queryStrings) {
    public CachePolicy {
        headers = List.copyOf(headers);
        if (minTtl < 0 || minTtl > maxTtl || defaultTtl < minTtl || defaultTtl > maxTtl) {
            throw new IllegalArgumentException("cache policy " + id + ": TTLs " + minTtl + ", " + defaultTtl + ", "
                    + maxTtl + " are out of order");
        }
    }

    /** All TTLs zero: nothing is stored and nothing is collapsed. */
    public boolean cachingDisabled() {
        return maxTtl == 0;
    }

    /** Whether only the path makes the key, so that no part of the head has to be looked at. */
    public boolean pathOnly() {
        return !gzip
                && !brotli
                && headers.isEmpty()
                && cookies.mode() == Selection.Mode.NONE
                && queryStrings.mode() == Selection.Mode.NONE;
    }
}
