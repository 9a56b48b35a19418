package dev.perigee.edge.serve;

import dev.perigee.core.serve.Routes;
import dev.perigee.core.tls.ClientCertificate;
import dev.perigee.core.tls.ClientFingerprints;
import org.jspecify.annotations.Nullable;

/** What was agreed on in the handshake of a viewer's connection. On its event loop. */
public interface Encryption {
    /** Whether a request for this host may come by this connection. */
    boolean serves(Routes routes, String host);

    /** As in logs, {@code TLSv1.3}. */
    @Nullable
    String protocol();

    /** As in logs, {@code TLS_AES_128_GCM_SHA256} or {@code ECDHE-RSA-AES128-GCM-SHA256}. */
    @Nullable
    String cipher();

    /**
     * As in CloudFront-Viewer-TLS, for the next request, the first one on a connection comes with the handshake: to be asked once
     * for each. Null where that is not known.
     */
    @Nullable
    String handshake();

    /** How the viewer began; null over QUIC, and while nobody wants to know. */
    @Nullable
    ClientFingerprints fingerprints();

    /** What the viewer has shown to this distribution, null when it was not asked to. */
    @Nullable
    ClientCertificate certificate(String distribution);
}
