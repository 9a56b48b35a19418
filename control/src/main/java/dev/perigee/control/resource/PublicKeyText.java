package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The text of a public key: one block {@code PUBLIC KEY} (RFC 7468 section 13) with a key of a kind that CloudFront takes. */
final class PublicKeyText {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final int CHARACTERS_MAX = 4096;
    private static final int RSA_BITS = 2048;
    /** Every verification costs a squaring a bit; all tools choose 65,537. */
    private static final int EXPONENT_BITS_MAX = 32;

    private static final int P256_BITS = 256;

    private PublicKeyText() {}

    /** The key's SubjectPublicKeyInfo, DER in Base64. */
    static String der(String text) throws Refused {
        byte[] der = content(text);
        PublicKey key = parsed("RSA", der);
        if (key == null) key = parsed("EC", der);
        if (key == null || !isGood(key)) throw wrong("is neither an RSA key of 2048 bits nor an ECDSA key on P-256");
        if (!Arrays.equals(key.getEncoded(), der)) throw wrong("is not in its usual form");
        return Base64.getEncoder().encodeToString(der);
    }

    /** Whether a key, DER in Base64, is an RSA key. */
    static boolean isRsa(String der) {
        return parsed("RSA", Base64.getDecoder().decode(der)) != null;
    }

    /** Whether two texts are of one key. */
    static boolean same(String one, String other) throws Refused {
        return Arrays.equals(content(one), content(other));
    }

    private static byte[] content(String text) throws Refused {
        String block = text.strip();
        if (text.length() > CHARACTERS_MAX) throw wrong("has more than " + CHARACTERS_MAX + " characters");
        if (block.length() < BEGIN.length() + END.length() || !block.startsWith(BEGIN) || !block.endsWith(END)) {
            throw wrong("is not one PEM block of the type PUBLIC KEY");
        }
        String inside = block.substring(BEGIN.length(), block.length() - END.length());
        try {
            return Base64.getDecoder().decode(inside.replaceAll("[\\r\\n\\t ]", ""));
        } catch (IllegalArgumentException e) {
            throw wrong("is not valid Base64");
        }
    }

    private static @Nullable PublicKey parsed(String algorithm, byte[] der) {
        try {
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    private static boolean isGood(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa ->
                rsa.getModulus().bitLength() == RSA_BITS && isGoodExponent(rsa.getPublicExponent());
            case ECPublicKey elliptic -> isP256(elliptic.getParams()) && isOnCurve(elliptic);
            default -> false;
        };
    }

    private static boolean isGoodExponent(BigInteger exponent) {
        return exponent.testBit(0) && exponent.bitLength() > 1 && exponent.bitLength() <= EXPONENT_BITS_MAX;
    }

    private static boolean isP256(ECParameterSpec curve) {
        return curve.getOrder().bitLength() == P256_BITS && curve.toString().contains("secp256r1");
    }

    private static boolean isOnCurve(ECPublicKey key) {
        var curve = key.getParams().getCurve();
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = key.getW().getAffineX();
        BigInteger y = key.getW().getAffineY();
        if (x == null || y == null) return false;
        BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB());
        return x.compareTo(p) < 0
                && y.compareTo(p) < 0
                && y.multiply(y).subtract(right).mod(p).signum() == 0;
    }

    private static Refused wrong(String what) {
        return new Refused("InvalidArgument", "The EncodedKey " + what + ".");
    }
}
