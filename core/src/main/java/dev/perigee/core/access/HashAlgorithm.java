package dev.perigee.core.access;

import org.jspecify.annotations.Nullable;

/** What a signature is made over: the values of Hash-Algorithm. */
public enum HashAlgorithm {
    SHA1("SHA1withRSA", "SHA1withECDSA"),
    SHA256("SHA256withRSA", "SHA256withECDSA");

    private final String rsa;
    private final String ecdsa;

    HashAlgorithm(String rsa, String ecdsa) {
        this.rsa = rsa;
        this.ecdsa = ecdsa;
    }

    /** By the value of the parameter, which is SHA1 where it is absent; null when there is no such algorithm. */
    static @Nullable HashAlgorithm of(@Nullable String value) {
        if (value == null || value.equals("SHA1")) return SHA1;
        return value.equals("SHA256") ? SHA256 : null;
    }

    /** Java's name of the signature by a key of this algorithm. */
    String signature(String keyAlgorithm) {
        return keyAlgorithm.equals("RSA") ? rsa : ecdsa;
    }
}
