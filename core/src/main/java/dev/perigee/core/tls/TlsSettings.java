package dev.perigee.core.tls;

import org.jspecify.annotations.Nullable;

/**
 * How a distribution's viewers are met (ViewerCertificate).
 *
 * @param certificate id of the certificate for its aliases, null when it has the default certificate only
 */
public record TlsSettings(@Nullable String certificate, SecurityPolicy policy) {
    /** With the default certificate the policy is always TLSv1. */
    public static final TlsSettings DEFAULT = new TlsSettings(null, SecurityPolicy.TLS_V1);
}
