package dev.perigee.control.resource;

import dev.perigee.core.tls.Seal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Key pairs that rest sealed: three lines, the algorithm, the private key in PKCS#8 and the public one. */
final class SealedKeyPair {
    private static final int RSA_BITS = 2048;

    private SealedKeyPair() {}

    /** RSA with 2048 bits, or else ECDSA on P-256. */
    static KeyPair made(boolean rsa) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
            if (rsa) generator.initialize(RSA_BITS);
            else generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has RSA and P-256", e);
        }
    }

    static String close(Seal seal, String name, KeyPair keys) {
        Base64.Encoder encoder = Base64.getEncoder();
        String lines = keys.getPrivate().getAlgorithm() + "\n"
                + encoder.encodeToString(keys.getPrivate().getEncoded()) + "\n"
                + encoder.encodeToString(keys.getPublic().getEncoded());
        return seal.close(name, lines.getBytes(StandardCharsets.US_ASCII));
    }

    static KeyPair open(Seal seal, String name, String sealed) {
        try {
            List<String> lines = new String(seal.open(name, sealed), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
            KeyFactory factory = KeyFactory.getInstance(lines.get(0));
            Base64.Decoder decoder = Base64.getDecoder();
            return new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(decoder.decode(lines.get(2)))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(lines.get(1)))));
        } catch (GeneralSecurityException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IllegalStateException("the key of " + name + " does not open with this folder's seal.key", e);
        }
    }
}
