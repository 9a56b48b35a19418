package dev.perigee.core.cache;

import dev.perigee.core.tls.ClientCertificate;
import org.jspecify.annotations.Nullable;

/**
 * What the edge knows about a viewer besides the request.
 *
 * @param address IP address as text, without brackets
 * @param https whether the viewer came over TLS
 * @param certificate what it has shown of itself; null when the distribution asks for nothing
 */
public record ViewerConnection(
        String address, int port, boolean https, @Nullable ClientCertificate certificate) {
    /** A viewer that is not asked for a certificate. */
    public ViewerConnection(String address, int port, boolean https) {
        this(address, port, https, null);
    }
}
