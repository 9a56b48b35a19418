package dev.perigee.edge.origin;

import dev.perigee.core.http.Fields;

/**
 * A request as it goes out, complete but for framing: Connection, Content-Length and Transfer-Encoding are the client's.
 *
 * @param target origin-form target, OriginPath included
 * @param fields with Host; without hop-by-hop and framing fields
 * @param tls whether to speak HTTPS
 * @param serverName name for SNI and certificate verification
 * @param upgrade whether it asks for a WebSocket: the answer may be 101, see {@link UpgradeOutcome.Switched}
 */
public record OriginRequest(
        String method, String target, Fields fields, boolean tls, String serverName, boolean upgrade) {
    public OriginRequest(String method, String target, Fields fields, boolean tls, String serverName) {
        this(method, target, fields, tls, serverName, false);
    }

    /** The same with these fields. */
    @SuppressWarnings("ReferenceEquality") // the very same fields make the very same request
    public OriginRequest with(Fields others) {
        return others == fields ? this : new OriginRequest(method, target, others, tls, serverName, upgrade);
    }
}
