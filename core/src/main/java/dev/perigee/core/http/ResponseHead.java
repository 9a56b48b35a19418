package dev.perigee.core.http;

/**
 * A response without its content.
 *
 * @param status 200 to 999, or 101 of a WebSocket; interim responses never become a value of this type
 */
public record ResponseHead(int status, Fields fields) {
    public ResponseHead {
        if ((status < 200 && status != 101) || status > 999) throw new IllegalArgumentException("status " + status);
    }
}
