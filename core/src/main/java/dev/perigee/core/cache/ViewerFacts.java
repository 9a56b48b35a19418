package dev.perigee.core.cache;

import dev.perigee.core.geo.Location;
import dev.perigee.core.tls.ClientFingerprints;
import org.jspecify.annotations.Nullable;

/**
 * What an edge knows of a viewer that only some policies ask for.
 *
 * @param tls protocol, cipher suite and kind of handshake, as in {@code TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake}
 */
public record ViewerFacts(
        Location location, @Nullable String tls, @Nullable ClientFingerprints fingerprints) {
    public static final ViewerFacts NONE = new ViewerFacts(Location.UNKNOWN, null, null);
}
