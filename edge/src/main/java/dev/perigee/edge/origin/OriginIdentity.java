package dev.perigee.edge.origin;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What the edge shows an origin that asks for a client certificate. Two are equal when certificates and key are: whoever
 * pools by it never uses a connection on which another certificate was shown.
 *
 * @param chain the certificate first, then those that lead to its authority
 */
public record OriginIdentity(List<X509Certificate> chain, PrivateKey key) {
    public OriginIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) throw new IllegalArgumentException("a client certificate without a certificate");
    }

    @Override
    public String toString() {
        return "OriginIdentity[" + chain.getFirst().getSubjectX500Principal() + ", key=(hidden)]";
    }
}
