package dev.perigee.control.acme;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an attempt came to. */
public sealed interface AcmeOutcome {
    /** The authority's answer, of which nothing has been checked yet. */
    record Issued(List<X509Certificate> chain, KeyPair keys) implements AcmeOutcome {
        public Issued {
            chain = List.copyOf(chain);
        }

        @Override
        public String toString() {
            return "Issued";
        }
    }

    /**
     * No certificate.
     *
     * @param reason as the Certificate Manager has them (FailureReason)
     * @param message for people
     * @param notBefore when the authority wants to be asked again at the earliest; null when it did not say
     */
    record Failed(
            Kind kind,
            String reason,
            String message,
            @Nullable Instant notBefore) implements AcmeOutcome {}

    /** What may be done about a failure. */
    enum Kind {
        /** The authority cannot be reached, is busy or not done yet: the same again later, with the order as it is. */
        UNAVAILABLE,
        /** It has asked for a proof and got none, which may be different later. */
        NOT_PROVED,
        /** It will not issue this, however often it is asked. */
        REFUSED
    }
}
