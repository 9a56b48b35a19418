package dev.perigee.core.tls;

import org.jspecify.annotations.Nullable;

/**
 * What a distribution wants to know of its viewers' certificates (ViewerMtlsConfig).
 *
 * @param trustStore id of the trust store whose authorities issue them; null when the origin judges for itself
 * @param advertisesNames whether viewers are told the names of these authorities
 * @param ignoresExpiry whether a certificate may have expired
 */
public record MutualTls(Mode mode, @Nullable String trustStore, boolean advertisesNames, boolean ignoresExpiry) {
    public MutualTls {
        if ((mode == Mode.PASSTHROUGH) != (trustStore == null)) {
            throw new IllegalArgumentException("mutual TLS of mode " + mode + " with trust store " + trustStore);
        }
    }

    public enum Mode {
        /** Who shows no valid certificate is not talked to. */
        REQUIRED,
        /** A viewer may show none; an invalid one is refused. */
        OPTIONAL,
        /** Whatever is shown goes to the origin, which judges it. */
        PASSTHROUGH
    }
}
