package dev.perigee.edge.store.disk;

/**
 * The disk tier now.
 *
 * @param reason why it is retired, read only, or off though it was wanted; empty otherwise
 * @param bytes on disk, indexes included
 * @param bytesMax limit of the edge, 0 when there is no disk tier
 * @param indexBytes heap that the index takes
 * @param hits responses that were read back
 * @param blockHits blocks of large ones that were read back
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
        long blockHits,
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

    /** There is none. */
    public static final DiskStatus OFF = new DiskStatus(State.OFF, "", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    DiskStatus because(String why) {
        return new DiskStatus(
                state,
                why,
                objects,
                bytes,
                bytesMax,
                indexBytes,
                hits,
                blockHits,
                written,
                corrupt,
                dropped,
                notAdmitted);
    }
}
