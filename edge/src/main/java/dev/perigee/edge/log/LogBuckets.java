package dev.perigee.edge.log;

import java.io.IOException;

/** Where log objects are written to. */
@FunctionalInterface
public interface LogBuckets {
    /**
     * Writes an object, in place of one of this name.
     *
     * @param bucket host name
     * @param region that the request is signed for
     * @throws IOException saying why it is not there
     */
    void put(String bucket, String region, String key, byte[] content) throws IOException;
}
