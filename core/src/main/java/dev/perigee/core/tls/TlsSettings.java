package dev.perigee.core.tls;

import org.jspecify.annotations.Nullable;

/**
 * How a distribution's viewers are met (ViewerCertificate, ViewerMtlsConfig).
 *
 * @param certificate id of the certificate for its aliases, null when it has the default certificate only
 * @param mutual null when viewers are not asked for certificates
 */
public record TlsSettings(
        @Nullable String certificate,
        SecurityPolicy policy,
        @Nullable MutualTls mutual) {
    /** With the default certificate the policy is always TLSv1. */
    public static final TlsSettings DEFAULT = new TlsSettings(null, SecurityPolicy.TLS_V1);

    /** Viewers are not asked for certificates. */
    public TlsSettings(@Nullable String certificate, SecurityPolicy policy) {
        this(certificate, policy, null);
    }

    /** The same with this of viewers' certificates. */
    public TlsSettings with(@Nullable MutualTls other) {
        return new TlsSettings(certificate, policy, other);
    }
}
