package dev.perigee.core.access;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Signatures by RSA (PKCS #1, version 1.5) and ECDSA (in DER). */
public final class Signatures {
    private Signatures() {}

    /** The key of a SubjectPublicKeyInfo, DER in Base64; null when it is not one of RSA or of an elliptic curve. */
    public static @Nullable PublicKey key(String der) {
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

    public static boolean verify(PublicKey key, HashAlgorithm hash, byte[] message, byte[] signature) {
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
}
