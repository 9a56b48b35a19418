package dev.perigee.core.access;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Signatures by RSA (PKCS #1, version 1.5) and ECDSA (in DER), by keys that are read once. */
final class Signatures {
    /** Keys of earlier plans are forgotten when there are this many. */
    private static final int KEYS_MAX = 1024;

    private final Map<String, Optional<PublicKey>> keys = new ConcurrentHashMap<>();

    /** Whether a message was signed; the key's SubjectPublicKeyInfo is DER in Base64. */
    boolean verify(String der, HashAlgorithm hash, byte[] message, byte[] signature) {
        PublicKey key = key(der);
        if (key == null) return false;
        try {
            Signature verifier = Signature.getInstance(hash.signature(key.getAlgorithm()));
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // Octets that cannot be a signature of this key.
            return false;
        }
    }

    private @Nullable PublicKey key(String der) {
        Optional<PublicKey> known = keys.get(der);
        if (known == null) {
            if (keys.size() >= KEYS_MAX) keys.clear();
            known = Optional.ofNullable(read(der));
            keys.put(der, known);
        }
        return known.orElse(null);
    }

    private static @Nullable PublicKey read(String der) {
        for (String algorithm : new String[] {"RSA", "EC"}) {
            try {
                byte[] octets = Base64.getDecoder().decode(der);
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(octets));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // Perhaps of the other algorithm.
            }
        }
        return null;
    }
}
