package dev.perigee.control.api;

import org.jspecify.annotations.Nullable;

/** The operations on the pairs in key value stores. */
@FunctionalInterface
public interface KeyApi {
    Answer handle(Question question) throws Refused;

    /**
     * One call.
     *
     * @param key decoded; null where the operation is on all of a store
     * @param after continues a list; null from the beginning
     * @param max how many to list; null for the usual
     */
    @SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
    record Question(
            Operation operation,
            String storeArn,
            @Nullable String key,
            @Nullable String ifMatch,
            @Nullable String after,
            @Nullable String max,
            byte[] body) {}

    /**
     * What came of it.
     *
     * @param etag of the store's pairs; null where none is shown
     * @param json of the answer
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Answer(@Nullable String etag, byte[] json) {}

    /** By the names of the API. */
    enum Operation {
        DESCRIBE("DescribeKeyValueStore"),
        GET("GetKey"),
        PUT("PutKey"),
        DELETE("DeleteKey"),
        LIST("ListKeys"),
        UPDATE("UpdateKeys");

        final String word;

        Operation(String word) {
            this.word = word;
        }
    }
}
