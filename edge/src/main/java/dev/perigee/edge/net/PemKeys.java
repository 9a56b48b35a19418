package dev.perigee.edge.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Private keys. Not by Netty, which loads all of Bouncy Castle for it where that is present: 0.5 s of a start. */
public final class PemKeys {
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private PemKeys() {}

    /** PKCS#8 in a PEM file. */
    static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        return privateKey(Base64.getMimeDecoder().decode(text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "")));
    }

    /** PKCS#8. */
    public static PrivateKey privateKey(byte[] content) throws GeneralSecurityException {
        var problem = new InvalidKeySpecException("not a PKCS#8 key of " + ALGORITHMS);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
            } catch (InvalidKeySpecException other) {
                problem.addSuppressed(other);
            }
        }
        throw problem;
    }
}
