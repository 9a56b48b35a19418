package dev.perigee.core.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys, signatures and purposes that certificates of mutual TLS may have (developer guide, "Trust stores"). */
public final class CertificateForm {
    /** CloudFront's quota, for certificates in trust stores; those of viewers are held to it as well. */
    public static final int BYTES_MAX = 16_384;

    private static final int RSA_BITS_MIN = 2048;
    private static final int RSA_BITS_MAX = 4096;
    /** Curves by the order's length in bits and the name in the parameters' text, all that Java shows of them. */
    private static final int P256_BITS = 256;

    private static final int P384_BITS = 384;

    private static final Set<String> DIGESTS = Set.of("SHA-256", "SHA-384", "SHA-512");
    private static final Set<String> SIGNATURES = Set.of(
            "SHA256withRSA", "SHA384withRSA", "SHA512withRSA", "SHA256withECDSA", "SHA384withECDSA", "SHA512withECDSA");
    private static final String PSS = "RSASSA-PSS";

    /** RFC 5280 section 4.2.1.12: TLS client authentication, and any purpose. */
    private static final Set<String> FOR_CLIENTS = Set.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");

    /** Bits of the key usage (RFC 5280 section 4.2.1.3). */
    private static final int DIGITAL_SIGNATURE = 0;

    private static final int KEY_CERT_SIGN = 5;

    private CertificateForm() {}

    /** What is wrong with its key or its signature, or null. */
    public static @Nullable String unsupported(X509Certificate certificate) {
        PublicKey key = certificate.getPublicKey();
        if (!isGoodKey(key)) return "a key that is neither RSA of 2048 to 4096 bits nor ECDSA on P-256 or P-384";
        String signature = certificate.getSigAlgName();
        boolean good = PSS.equalsIgnoreCase(signature)
                ? isGoodPss(certificate.getSigAlgParams())
                : SIGNATURES.contains(signature);
        return good ? null : "a signature by " + signature + ", not by RSA, RSASSA-PSS or ECDSA with SHA-2";
    }

    private static boolean isGoodKey(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX;
        }
        if (!(key instanceof ECPublicKey elliptic)) return false;
        String curve = elliptic.getParams().toString();
        return switch (elliptic.getParams().getOrder().bitLength()) {
            case P256_BITS -> curve.contains("secp256r1");
            case P384_BITS -> curve.contains("secp384r1");
            default -> false;
        };
    }

    private static boolean isGoodPss(byte @Nullable [] encoded) {
        if (encoded == null) return false;
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance(PSS);
            parameters.init(encoded);
            PSSParameterSpec chosen = parameters.getParameterSpec(PSSParameterSpec.class);
            return DIGESTS.contains(chosen.getDigestAlgorithm())
                    && chosen.getMGFParameters() instanceof MGF1ParameterSpec mask
                    && DIGESTS.contains(mask.getDigestAlgorithm());
        } catch (GeneralSecurityException | IOException e) {
            return false;
        }
    }

    /** Whether it says that it may sign certificates. */
    public static boolean isAuthority(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return certificate.getVersion() == 3
                && certificate.getBasicConstraints() >= 0
                && (usage == null || usage[KEY_CERT_SIGN]);
    }

    /** Whether nothing it says of its purposes keeps it from clients, or from authorities of clients. */
    static boolean isForClients(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null || purposes.stream().anyMatch(FOR_CLIENTS::contains);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** Whether its owner may sign handshakes. */
    static boolean signs(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return usage == null || usage[DIGITAL_SIGNATURE];
    }
}
