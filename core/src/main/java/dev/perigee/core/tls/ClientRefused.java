package dev.perigee.core.tls;

import java.security.cert.CertificateException;

/** A viewer's certificate is not accepted. */
public final class ClientRefused extends CertificateException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    ClientRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Sorted as CloudFront's connection logs sort them (developer guide, "Observability using connection logs"). */
    public enum Reason {
        MAX_CHAIN_DEPTH_EXCEEDED,
        MAX_SIZE_EXCEEDED,
        UNTRUSTED,
        NOT_YET_VALID,
        EXPIRED,
        TYPE_UNSUPPORTED,
        INTENT_INVALID,
        INVALID
    }
}
