package dev.perigee.control.acme;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** What shows the authority that a name is ours, when it asks an edge. */
public sealed interface AcmeProof {
    /** http-01: the answer to a request for the token. */
    record Http(String host, String token, String answer) implements AcmeProof {}

    /** tls-alpn-01: what is presented in a handshake for the host. */
    record Tls(String host, X509Certificate certificate, PrivateKey key) implements AcmeProof {
        @Override
        public String toString() {
            return "Tls[" + host + "]";
        }
    }

    String host();
}
