package dev.perigee.edge.origin;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What connections are pooled by: two requests share a connection only if neither could tell.
 *
 * @param address resolved
 * @param serverName for SNI and verification; empty without TLS
 * @param sslProtocols as the origin allows them; empty without TLS
 */
record Target(InetSocketAddress address, boolean tls, String serverName, List<String> sslProtocols) {
    static Target of(InetSocketAddress address, boolean tls, String serverName, List<String> sslProtocols) {
        return tls ? new Target(address, true, serverName, sslProtocols) : new Target(address, false, "", List.of());
    }
}
