package dev.perigee.lab.s3;

import org.jspecify.annotations.Nullable;

/** Who may use the endpoint, asked anew for each request, and who is told what came of it. */
public interface S3Access {
    /** What a key is for. */
    enum Right {
        /** Knows who it is, and may do nothing here. */
        NONE,
        /** GET and HEAD. */
        READ,
        /** Everything. */
        WRITE,
        /** As edges may: read, write and delete single objects; viewers' requests, which are nobody's changes. */
        EDGE
    }

    /** A key; prints without its secret. */
    record Key(String secret, Right right) {
        @Override
        public String toString() {
            return "Key[" + right + "]";
        }
    }

    /**
     * A change, or a request that was refused for who sent it.
     *
     * @param accessKeyId as claimed when {@code known} is false; null when nobody was named
     * @param known whether there is such a key
     * @param operation such as {@code PutObject}, as S3 calls it, or the method
     * @param resource bucket and key as in the path, without the query
     * @param code of the error, or null
     */
    record Event(
            @Nullable String accessKeyId,
            boolean known,
            String operation,
            String resource,
            boolean refused,
            int status,
            @Nullable String code,
            String source,
            String requestId) {}

    /** The key with this id, or null when it is not known. */
    @Nullable
    Key key(String accessKeyId);

    void told(Event event);
}
