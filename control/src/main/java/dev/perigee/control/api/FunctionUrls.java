package dev.perigee.control.api;

import dev.perigee.core.http.Fields;
import org.jspecify.annotations.Nullable;

/** What is behind the names of Lambda function URLs. */
public interface FunctionUrls {
    /** Who may call one. */
    enum Access {
        ANYBODY,
        /** Whoever signs with a key that may. */
        SIGNED,
        /** There is no such URL. */
        NONE
    }

    Access access(String id) throws Refused;

    /** The answer to a browser's question whether it may ask; null where the URL says nothing about that. */
    LambdaApi.@Nullable Answer preflight(String id, Fields headers) throws Refused;

    /** Runs the function, and makes a response of what it returns. */
    LambdaApi.Answer call(Visit visit) throws Refused;

    /**
     * One request to a function URL.
     *
     * @param host without a port
     * @param path as on the request line, percent-encoded
     * @param source address that it came from
     * @param accessKeyId of whoever has signed it; null where nobody has to
     */
    @SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
    record Visit(
            String id,
            String host,
            String method,
            String path,
            @Nullable String query,
            String protocol,
            Fields headers,
            byte[] body,
            String source,
            String requestId,
            @Nullable String accessKeyId) {}
}
