package dev.perigee.edge.log;

/**
 * Records on their way out, since the start.
 *
 * @param delivered that were acknowledged
 * @param lost that were given up
 * @param waiting octets that are neither
 * @param failure why the last one was not taken; empty when it was
 */
public record StreamStatus(long delivered, long lost, long waiting, String failure) {
    public static final StreamStatus NONE = new StreamStatus(0, 0, 0, "");
}
