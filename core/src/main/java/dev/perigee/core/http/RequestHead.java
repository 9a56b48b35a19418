package dev.perigee.core.http;

import org.jspecify.annotations.Nullable;

/**
 * A request without its content, already checked for form.
 *
 * @param method as sent
 * @param path the raw path as sent, beginning with a slash
 * @param query the raw query without its question mark, or null when there is none
 * @param host lower-case host without port, from Host or the absolute target
 * @param version the viewer's HTTP version
 */
public record RequestHead(
        String method, String path, @Nullable String query, String host, HttpVersion version, Fields fields) {
    /** The same with other fields. */
    public RequestHead with(Fields others) {
        return new RequestHead(method, path, query, host, version, others);
    }

    /** Path and query as they stood in the request. */
    public String target() {
        return query == null ? path : path + '?' + query;
    }
}
