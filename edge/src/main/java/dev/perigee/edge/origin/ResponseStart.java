package dev.perigee.edge.origin;

import dev.perigee.core.http.ResponseHead;

/** What a response head says about its framing (RFC 9112 section 6.3), or why it is not accepted. */
sealed interface ResponseStart {
    /**
     * An answer to pass on.
     *
     * @param head end-to-end fields only
     * @param length of the content, or -1
     * @param untilClose whether only the end of the connection ends the content
     * @param persistent whether the connection can be used again
     */
    record Accepted(ResponseHead head, long length, boolean untilClose, boolean persistent) implements ResponseStart {}

    record Refused(String reason) implements ResponseStart {}
}
