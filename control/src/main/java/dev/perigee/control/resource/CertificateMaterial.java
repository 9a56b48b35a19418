package dev.perigee.control.resource;

import dev.perigee.control.CertificateIssuer.Issued;
import dev.perigee.control.api.Refused;
import dev.perigee.core.tls.Seal;
import dev.perigee.core.tls.ServerCertificate;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its chain and its key, of which everything has been checked that can be checked without knowing who is
 * trusted.
 */
record CertificateMaterial(List<X509Certificate> chain, List<String> names, String keyAlgorithm, PrivateKey key) {
    private static final int CHAIN_MAX = 5;
    private static final int RSA_BITS_MIN = 2048;
    private static final int RSA_BITS_MAX = 4096;
    private static final int P256_BITS = 256;
    private static final int DNS_NAME = 2;
    private static final int CERTIFICATE_CHARACTERS_MAX = 32_768;
    private static final int KEY_CHARACTERS_MAX = 5_120;
    private static final int CHAIN_CHARACTERS_MAX = 2 << 20;
    /** The name of the curve in the parameters' text, which is all that Java shows of it. */
    private static final String P256 = "secp256r1";

    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,+]+)");
    private static final Pattern NAME =
            Pattern.compile("(\\*\\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    CertificateMaterial {
        chain = List.copyOf(chain);
        names = List.copyOf(names);
    }

    X509Certificate leaf() {
        return chain.getFirst();
    }

    /** DER in Base64, one a line. */
    String encodedChain() {
        List<String> lines = new ArrayList<>();
        try {
            for (X509Certificate certificate : chain)
                lines.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
        return String.join("\n", lines);
    }

    String sealedKey(Seal seal, String arn) {
        return seal.close(arn, key.getEncoded());
    }

    /** What ImportCertificate was given. */
    static CertificateMaterial imported(String certificate, String key, @Nullable String chain, Instant now)
            throws Refused {
        checkLength("Certificate", certificate, CERTIFICATE_CHARACTERS_MAX);
        checkLength("PrivateKey", key, KEY_CHARACTERS_MAX);
        List<X509Certificate> all = new ArrayList<>(Pem.certificates("Certificate", certificate));
        if (all.size() != 1) {
            throw Pem.unusable(
                    "Certificate", "holds " + all.size() + " certificates; the others belong into CertificateChain");
        }
        if (chain != null) {
            checkLength("CertificateChain", chain, CHAIN_CHARACTERS_MAX);
            all.addAll(Pem.certificates("CertificateChain", chain));
        }
        String algorithm = algorithm(all.getFirst().getPublicKey());
        return checked(all, algorithm, Pem.privateKey(key, all.getFirst().getPublicKey()), now);
    }

    /** What an authority has issued, by its own clock. */
    static CertificateMaterial issued(Issued issued) throws Refused {
        X509Certificate leaf = issued.chain().getFirst();
        Instant begin = leaf.getNotBefore().toInstant();
        return checked(issued.chain(), algorithm(leaf.getPublicKey()), issued.key(), begin);
    }

    /** As {@link #issued}, by an authority elsewhere: it is to be what was ordered. */
    static CertificateMaterial issuedFor(List<String> ordered, Issued issued, Instant wall) throws Refused {
        if (issued.chain().isEmpty()) throw Pem.unusable("Certificate", "is empty");
        CertificateMaterial material = issued(issued);
        for (String name : ordered) {
            if (!ServerCertificate.covers(material.names, name))
                throw Pem.unusable("Certificate", "is for " + material.names + " and not for " + name);
        }
        if (wall.isAfter(material.leaf().getNotAfter().toInstant()))
            throw Pem.unusable(
                    "Certificate", "ended " + material.leaf().getNotAfter().toInstant());
        return material;
    }

    private static CertificateMaterial checked(
            List<X509Certificate> chain, String algorithm, PrivateKey key, Instant now) throws Refused {
        if (chain.size() > CHAIN_MAX) {
            throw Pem.unusable("CertificateChain", "makes a chain of " + chain.size() + ", more than " + CHAIN_MAX);
        }
        checkPair(chain.getFirst().getPublicKey(), key);
        for (int i = 0; i < chain.size(); i++) {
            String what = i == 0 ? "Certificate" : "CertificateChain";
            checkValid(what, chain.get(i), now);
            if (i > 0) checkIssuer(chain.get(i - 1), chain.get(i));
        }
        return new CertificateMaterial(chain, names(chain.getFirst()), algorithm, key);
    }

    private static void checkLength(String what, String text, int max) throws Refused {
        if (text.length() > max) throw Pem.unusable(what, "has " + text.length() + " characters, more than " + max);
    }

    private static String algorithm(PublicKey key) throws Refused {
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX) return "RSA-" + bits;
            throw Pem.unusable(
                    "Certificate",
                    "is for an RSA key of " + bits + " bits; " + RSA_BITS_MIN + " to " + RSA_BITS_MAX + " can be used");
        }
        if (key instanceof ECPublicKey elliptic) {
            boolean p256 = elliptic.getParams().getOrder().bitLength() == P256_BITS
                    && elliptic.getParams().toString().contains(P256);
            if (p256) return "EC-prime256v1";
        }
        throw Pem.unusable("Certificate", "is for a key that is neither RSA nor ECDSA on the curve P-256");
    }

    private static void checkPair(PublicKey publicKey, PrivateKey privateKey) throws Refused {
        byte[] message = new byte[32];
        new SecureRandom().nextBytes(message);
        try {
            Signature signature =
                    Signature.getInstance(publicKey instanceof ECPublicKey ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(privateKey);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(message);
            if (signature.verify(signed)) return;
        } catch (GeneralSecurityException e) {
            // Told below.
        }
        throw Pem.unusable("PrivateKey", "does not belong to the certificate");
    }

    private static void checkValid(String what, X509Certificate certificate, Instant now) throws Refused {
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            throw Pem.unusable(
                    what,
                    "holds a certificate that ended "
                            + certificate.getNotAfter().toInstant());
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            throw Pem.unusable(
                    what,
                    "holds a certificate that begins "
                            + certificate.getNotBefore().toInstant());
        }
    }

    private static void checkIssuer(X509Certificate issued, X509Certificate issuer) throws Refused {
        String subject = issued.getSubjectX500Principal().getName();
        try {
            if (!issued.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                    || issuer.getBasicConstraints() < 0) {
                throw new GeneralSecurityException("another name");
            }
            issued.verify(issuer.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw Pem.unusable(
                    "CertificateChain", "is not in order: the certificate after '" + subject + "' is not its issuer's");
        }
    }

    private static List<String> names(X509Certificate leaf) throws Refused {
        Set<String> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
            for (List<?> each : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (each.get(0).equals(DNS_NAME)) add(names, each.get(1).toString());
            }
        } catch (CertificateParsingException e) {
            throw Pem.unusable("Certificate", "has alternative names that cannot be read");
        }
        Matcher common = COMMON_NAME.matcher(leaf.getSubjectX500Principal().getName());
        if (names.isEmpty() && common.find()) add(names, common.group(1));
        if (names.isEmpty()) throw Pem.unusable("Certificate", "names no domain");
        return List.copyOf(names);
    }

    private static void add(Set<String> names, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (NAME.matcher(lower).matches()) names.add(lower);
    }

    @Override
    public String toString() {
        return "CertificateMaterial" + names;
    }
}
