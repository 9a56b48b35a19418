package dev.perigee.edge.store.disk;

/**
 * The disk tier now.
 *
 * @param reason why it is retired, empty otherwise
 * @param bytes on disk, indexes included
 * @param bytesMax limit of the edge, 0 when there is no disk tier
 * @param indexBytes heap that the index takes
 * @param corrupt records and files that were not what was written, and were not used
 * @param dropped responses that were not written because the queue was full
 * @param notAdmitted responses that were not written because nobody had asked for them before
 */
public record DiskStatus(
        State state,
        String reason,
        long objects,
        long bytes,
        long bytesMax,
        long indexBytes,
        long hits,
        long written,
        long corrupt,
        long dropped,
        long notAdmitted) {
    /** What it does. */
    public enum State {
        /** There is none. */
        OFF,
        /** It reads what was there; what it has read is served already. */
        LOADING,
        SERVING,
        /** Nothing is written any more. */
        READ_ONLY,
        /** Nothing is written or read any more. */
        RETIRED
    }

    public static final DiskStatus OFF = new DiskStatus(State.OFF, "", 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
