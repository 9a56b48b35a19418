package dev.perigee.core.traffic;

import org.jspecify.annotations.Nullable;

/** What is counted of requests. */
public enum Count {
    REQUESTS,
    /** Octets to viewers, heads included. */
    SENT,
    /** Octets to viewers in answer to GET, HEAD and OPTIONS. */
    DOWNLOADED,
    /** Octets of viewers' POST and PUT, heads included. */
    UPLOADED,
    /** What bills are made of: octets to viewers for GET and HEAD, octets of other requests, and how many of each came how. */
    BILLED_SENT,
    BILLED_TO_ORIGIN,
    BILLED_HTTP,
    BILLED_HTTPS,
    BILLED_HTTP_PROXIED,
    BILLED_HTTPS_PROXIED,
    STATUS_000,
    STATUS_1XX,
    STATUS_2XX,
    STATUS_3XX,
    STATUS_4XX,
    STATUS_5XX,
    STATUS_401,
    STATUS_403,
    STATUS_404,
    STATUS_502,
    STATUS_503,
    STATUS_504,
    HIT,
    MISS,
    REFRESH_HIT,
    ERROR,
    REDIRECT,
    LIMIT_EXCEEDED,
    FUNCTION_GENERATED_RESPONSE,
    FUNCTION_ERROR,
    /** Hits, misses and revalidations of GET, HEAD and OPTIONS: what CacheHitRate is a share of. */
    CACHEABLE,
    /** Hits among these. */
    CACHEABLE_HIT;

    private static final Count[] ALL = values();

    /** How many kinds of counts there are. */
    public static int kinds() {
        return ALL.length;
    }

    /** Its place in an array of counts; such arrays are never stored or sent. */
    @SuppressWarnings("EnumOrdinal")
    public int index() {
        return ordinal();
    }

    /** The class of a status, {@link #STATUS_000} for none. */
    public static Count ofClass(int status) {
        return switch (status / 100) {
            case 1 -> STATUS_1XX;
            case 2 -> STATUS_2XX;
            case 3 -> STATUS_3XX;
            case 4 -> STATUS_4XX;
            case 5 -> STATUS_5XX;
            default -> STATUS_000;
        };
    }

    /** One of the statuses that are counted by themselves, or null. */
    public static @Nullable Count ofStatus(int status) {
        return switch (status) {
            case 401 -> STATUS_401;
            case 403 -> STATUS_403;
            case 404 -> STATUS_404;
            case 502 -> STATUS_502;
            case 503 -> STATUS_503;
            case 504 -> STATUS_504;
            default -> null;
        };
    }
}
