package dev.perigee.core.http;

/** Positions of the first and the last byte, both included. */
public record ByteRange(long first, long lastInclusive) {
    public ByteRange {
        if (first < 0 || lastInclusive < first) {
            throw new IllegalArgumentException("range " + first + "-" + lastInclusive);
        }
    }

    /** Number of bytes. */
    public long length() {
        return lastInclusive - first + 1;
    }

    /** Value of Content-Range for this part of a representation of known length. */
    public String contentRange(long completeLength) {
        return "bytes " + first + '-' + lastInclusive + '/' + completeLength;
    }
}
