package dev.perigee.core.traffic;

/**
 * A path of a distribution that was asked for often.
 *
 * @param path without query; a long one only in part
 * @param requests at least so many
 * @param sent octets to viewers, heads included; at least so many
 */
public record Popular(String distribution, String path, long requests, long sent) {
    /** What is kept of a path. */
    private static final int PATH_MAX = 256;

    public Popular {
        if (path.length() > PATH_MAX) path = path.substring(0, PATH_MAX - 1) + '…';
    }

    /** Both together; of the same path. */
    public Popular plus(Popular other) {
        return new Popular(distribution, path, requests + other.requests, sent + other.sent);
    }
}
