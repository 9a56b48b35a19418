package dev.perigee.core.sign;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECPublicKeySpec;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4A, for verifying: as {@link SigV4}, but the key pair is one of P-256 that both sides derive from
 * the secret, and a set of regions stands where the scope had one.
 */
public final class SigV4A {
    public static final String ALGORITHM = "AWS4-ECDSA-P256-SHA256";

    private static final BigInteger ORDER_LESS_TWO = P256.CURVE.getOrder().subtract(BigInteger.TWO);
    private static final int COUNTER_MAX = 254;
    private static final int KEY_BITS = 256;

    private SigV4A() {}

    /** The public key of an access key. Takes some milliseconds: whoever needs it again keeps it. */
    public static PublicKey publicKey(String accessKeyId, String secret) {
        try {
            var point = P256.times(privateKey(accessKeyId, secret));
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, P256.CURVE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /** By NIST SP 800-108 in counter mode, one block: candidates until one is within the curve's order. */
    private static BigInteger privateKey(String accessKeyId, String secret) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(ascii("AWS4A" + secret), "HmacSHA256"));
        for (int counter = 1; counter <= COUNTER_MAX; counter++) {
            var input = new ByteArrayOutputStream();
            input.writeBytes(new byte[] {0, 0, 0, 1});
            input.writeBytes(ascii(ALGORITHM));
            input.write(0);
            input.writeBytes(ascii(accessKeyId));
            input.write(counter);
            input.writeBytes(new byte[] {0, 0, KEY_BITS >> 8, (byte) KEY_BITS});
            BigInteger candidate = new BigInteger(1, mac.doFinal(input.toByteArray()));
            if (candidate.compareTo(ORDER_LESS_TWO) <= 0) return candidate.add(BigInteger.ONE);
        }
        throw new GeneralSecurityException("no key can be derived");
    }

    /** Whether a request carries a signature of the access key that this is the public key of. */
    public static boolean verify(SigV4.Request request, SigV4Claim claim, PublicKey key) {
        SigV4.Request signed = SigV4.asSigned(request, claim);
        String canonical = SigV4.canonicalRequest(
                signed, claim.signedHeaders(), claim.scope().service());
        String text =
                ALGORITHM + "\n" + claim.timestamp() + "\n" + claim.scope().day() + "/"
                        + claim.scope().service() + "/aws4_request\n" + SigV4.sha256(ascii(canonical));
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(key);
            verifier.update(ascii(text));
            return verifier.verify(HexFormat.of().parseHex(claim.signature()));
        } catch (SignatureException | IllegalArgumentException notOne) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has ECDSA", e);
        }
    }

    /** Whether a set of regions, such as {@code *} or {@code us-*,eu-west-1}, has this one among them. */
    public static boolean covers(String regions, String region) {
        for (String each : regions.split(",", -1)) {
            String one = each.strip();
            boolean open = one.endsWith("*");
            if (open ? region.startsWith(one.substring(0, one.length() - 1)) : region.equals(one)) return true;
        }
        return false;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
