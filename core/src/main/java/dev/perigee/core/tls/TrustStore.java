package dev.perigee.core.tls;

import java.util.List;

/**
 * Whom viewers' certificates may come from.
 *
 * @param authorities certificates, DER in Base64
 */
public record TrustStore(String id, List<String> authorities) {
    public TrustStore {
        authorities = List.copyOf(authorities);
        if (authorities.isEmpty()) throw new IllegalArgumentException("trust store " + id + " is empty");
    }

    @Override
    public String toString() {
        return "TrustStore[" + id + ", " + authorities.size() + " certificates]";
    }
}
