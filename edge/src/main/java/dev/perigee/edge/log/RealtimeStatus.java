package dev.perigee.edge.log;

/**
 * The real-time logs of an edge, since it started.
 *
 * @param sampled records that were made
 * @param dropped of those that came faster than they could be written
 * @param stream what became of them after that
 */
public record RealtimeStatus(long sampled, long dropped, StreamStatus stream) {
    public static final RealtimeStatus NONE = new RealtimeStatus(0, 0, StreamStatus.NONE);
}
