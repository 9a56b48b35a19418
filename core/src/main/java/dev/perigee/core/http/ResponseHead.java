package dev.perigee.core.http;

/**
 * A response without its content.
 *
 * @param status 200 to 599; interim responses never become a value of this type
 */
public record ResponseHead(int status, Fields fields) {
    public ResponseHead {
        if (status < 200 || status > 999) throw new IllegalArgumentException("status " + status);
    }
}
