package dev.perigee.edge.log;

/** Where real-time records go besides the edge's own files. Any thread; never waits. */
public interface RecordStream extends AutoCloseable {
    /** Takes nothing. */
    RecordStream NONE = new RecordStream() {
        @Override
        public void add(String stream, byte[] record) {}

        @Override
        public StreamStatus status() {
            return StreamStatus.NONE;
        }

        @Override
        public void close() {}
    };

    /**
     * Sends a record, behind all that were given before for this stream.
     *
     * @param stream its name
     * @param record not to be changed any more
     */
    void add(String stream, byte[] record);

    StreamStatus status();

    /** Sends what is waiting, but not for long. */
    @Override
    void close();
}
