package dev.perigee.control;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Who certificates are requested from. */
@FunctionalInterface
public interface CertificateIssuer {
    /** A certificate with the chain up to its authority, and its key. */
    record Issued(List<X509Certificate> chain, PrivateKey key) {
        public Issued {
            chain = List.copyOf(chain);
        }
    }

    /**
     * Issues at once.
     *
     * @param rsa whether the key is RSA with 2048 bits, and not ECDSA on P-256
     */
    Issued issue(List<String> names, boolean rsa) throws GeneralSecurityException;
}
