package dev.perigee.core.cache;

import dev.perigee.core.tls.ClientCertificate;
import org.jspecify.annotations.Nullable;

/**
 * What the edge knows about a viewer besides the request.
 *
 * @param address IP address as text, without brackets
 * @param https whether the viewer came over TLS
 * @param certificate what it has shown of itself; null when the distribution asks for nothing
 * @param facts what else is known, if a policy asks for it
 */
public record ViewerConnection(
        String address, int port, boolean https, @Nullable ClientCertificate certificate, ViewerFacts facts) {
    /** A viewer of whom nothing else is asked. */
    public ViewerConnection(String address, int port, boolean https, @Nullable ClientCertificate certificate) {
        this(address, port, https, certificate, ViewerFacts.NONE);
    }

    /** A viewer that is not asked for a certificate. */
    public ViewerConnection(String address, int port, boolean https) {
        this(address, port, https, null);
    }
}
