package dev.perigee.core.cache;

import dev.perigee.core.geo.Location;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.tls.ClientFingerprints;
import org.jspecify.annotations.Nullable;

/**
 * What an edge knows of a viewer that only some policies ask for.
 *
 * @param tls protocol, cipher suite and kind of handshake, as in {@code TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake}
 * @param failed what the viewer has asked for when a custom error page is asked for in its place; else null
 */
public record ViewerFacts(
        Location location,
        @Nullable String tls,
        @Nullable ClientFingerprints fingerprints,
        @Nullable RequestHead failed) {
    public static final ViewerFacts NONE = new ViewerFacts(Location.UNKNOWN, null, null);

    /** Facts about a viewer whose request has not failed. */
    public ViewerFacts(Location location, @Nullable String tls, @Nullable ClientFingerprints fingerprints) {
        this(location, tls, fingerprints, null);
    }
}
