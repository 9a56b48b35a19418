package dev.perigee.edge.serve;

import java.nio.charset.StandardCharsets;

/** How a response came about, in the words of X-Cache and of the log's x-edge-result-type. */
public enum CacheResult {
    HIT("Hit"),
    MISS("Miss"),
    REFRESH_HIT("RefreshHit"),
    ERROR("Error"),
    REDIRECT("Redirect"),
    LIMIT_EXCEEDED("LimitExceeded");

    private final String word;
    private final byte[] field;

    CacheResult(String word) {
        this.word = word;
        this.field = ("X-Cache: " + word + " from cloudfront\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As in the log. */
    public String word() {
        return word;
    }

    /** As in X-Cache. */
    public String xCache() {
        return word + " from cloudfront";
    }

    /** The X-Cache field line, rendered; not to be changed. */
    public byte[] field() {
        return field;
    }
}
