package dev.perigee.core.cache;

/** Members of Cache-Status (RFC 9211), for the extension {@code cache-status}. */
public final class CacheStatus {
    private CacheStatus() {}

    /** Why a request went to the origin (RFC 9211 section 2.2). */
    public enum Forward {
        /** Nothing stored has the request's key. */
        MISS,
        /** What is stored is not fresh. */
        STALE,
        /** Responses to this method are not stored. */
        METHOD,
        /** The configuration stores nothing here. */
        BYPASS
    }

    /**
     * A response from the cache.
     *
     * @param cache this cache's name, a token
     * @param ttl seconds for which it stays fresh; negative when it is stale
     */
    public static String hit(String cache, long ttl) {
        return cache + "; hit; ttl=" + ttl;
    }

    /** What a {@link #hit} has to say when the range that was asked for is not stored, though others are. */
    public static String partial(String hit) {
        return hit.substring(0, hit.indexOf(';')) + "; fwd=partial";
    }

    /**
     * A response that the origin was asked for.
     *
     * @param status of the origin's answer; 0 when none came
     * @param stored whether it is kept
     * @param collapsed whether another request's answer was used
     * @param ttl seconds for which it stays fresh, if it is stored or was collapsed
     */
    public static String forwarded(String cache, Forward why, int status, boolean stored, boolean collapsed, long ttl) {
        StringBuilder text = new StringBuilder(64).append(cache).append("; fwd=");
        text.append(
                switch (why) {
                    case MISS -> "miss";
                    case STALE -> "stale";
                    case METHOD -> "method";
                    case BYPASS -> "bypass";
                });
        if (status > 0) text.append("; fwd-status=").append(status);
        if (stored || collapsed) text.append("; ttl=").append(ttl);
        if (stored) text.append("; stored");
        if (collapsed) text.append("; collapsed");
        return text.toString();
    }
}
