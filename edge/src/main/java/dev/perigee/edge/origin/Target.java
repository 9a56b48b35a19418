package dev.perigee.edge.origin;

import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What connections are pooled by: two requests share a connection only if neither could tell.
 *
 * @param address resolved
 * @param serverName for SNI; empty without TLS
 * @param originName the origin's domain name; its certificate is for this or for the name in SNI. Empty without TLS
 * @param sslProtocols as the origin allows them; empty without TLS
 * @param identity shown when the origin asks for a client certificate
 * @param certificates that its certificate has to be for one of instead; empty for the usual names
 */
record Target(
        InetSocketAddress address,
        boolean tls,
        String serverName,
        String originName,
        List<String> sslProtocols,
        @Nullable OriginIdentity identity,
        List<String> certificates) {
    static Target of(
            InetSocketAddress address,
            boolean tls,
            String serverName,
            String originName,
            List<String> sslProtocols,
            @Nullable OriginIdentity identity,
            List<String> certificates) {
        return tls
                ? new Target(address, true, serverName, originName, sslProtocols, identity, certificates)
                : new Target(address, false, "", "", List.of(), null, List.of());
    }
}
