package dev.perigee.core.tls;

import java.util.List;

/**
 * A certificate as edges present it.
 *
 * @param id its ARN
 * @param names the lower-case DNS names it is for; a leading {@code *.} stands for exactly one label
 * @param chain DER in Base64, its own first
 * @param sealedKey its private key, PKCS#8, sealed for the edges with {@link Seal} under the id
 */
public record ServerCertificate(String id, List<String> names, List<String> chain, String sealedKey) {
    public ServerCertificate {
        names = List.copyOf(names);
        chain = List.copyOf(chain);
        if (chain.isEmpty()) throw new IllegalArgumentException("certificate " + id + " has an empty chain");
    }

    /** Whether a viewer that asks for this lower-case host would accept it (RFC 9525 section 6.3). */
    public boolean covers(String host) {
        return covers(names, host);
    }

    /** Whether one of these names of a certificate is good for a lower-case host, or for an alias with a wildcard. */
    public static boolean covers(List<String> names, String host) {
        int dot = host.indexOf('.');
        for (String name : names) {
            if (name.equals(host)) return true;
            if (dot > 0 && name.startsWith("*.") && host.substring(dot).equals(name.substring(1))) return true;
        }
        return false;
    }

    @Override
    public String toString() {
        return "ServerCertificate[" + id + ", " + names + "]";
    }
}
