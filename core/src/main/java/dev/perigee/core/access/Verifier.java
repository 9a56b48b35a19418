package dev.perigee.core.access;

import dev.perigee.core.plan.TrustedKey;

/** Whether octets are a key's signature of a message; may remember what it has found. */
@FunctionalInterface
public interface Verifier {
    boolean verifies(TrustedKey key, HashAlgorithm hash, byte[] message, byte[] signature);
}
