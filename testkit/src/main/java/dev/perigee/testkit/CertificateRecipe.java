package dev.perigee.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v1CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate as a test wants it, right or wrong; without more said, one on P-256 that says nothing of its use. */
public final class CertificateRecipe {
    private static final AtomicLong SERIAL = new AtomicLong(0x4a3f5c92d1e87b6cL);

    private final X500Name subject;
    private @Nullable TestCertificate issuer;
    private Instant from = Instant.parse("2000-01-01T00:00:00Z");
    private Instant until = Instant.parse("2099-01-01T00:00:00Z");
    private String keyType = "EC";
    private String curve = "secp256r1";
    private int bits = 2048;
    private String digest = "SHA256";
    private boolean old;
    private final List<Extra> extras = new ArrayList<>();

    private record Extra(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {}

    private CertificateRecipe(X500Name subject) {
        this.subject = subject;
    }

    /** For this subject, such as {@code O=PetTracker,CN=client}. */
    public static CertificateRecipe of(String subject) {
        return new CertificateRecipe(new X500Name(subject));
    }

    /** For a subject that cannot be written so. */
    public static CertificateRecipe of(X500Name subject) {
        return new CertificateRecipe(subject);
    }

    /** Signed by this one; without it, by itself. */
    public CertificateRecipe by(TestCertificate other) {
        issuer = other;
        return this;
    }

    public CertificateRecipe valid(String begin, String end) {
        from = Instant.parse(begin);
        until = Instant.parse(end);
        return this;
    }

    public CertificateRecipe rsa(int modulusBits) {
        keyType = "RSA";
        bits = modulusBits;
        return this;
    }

    public CertificateRecipe curve(String name) {
        curve = name;
        return this;
    }

    /** What the issuer hashes with, such as {@code SHA1}. */
    public CertificateRecipe digest(String name) {
        digest = name;
        return this;
    }

    /** Version 1, which has no extensions. */
    public CertificateRecipe old() {
        old = true;
        return this;
    }

    public CertificateRecipe authority() {
        return with(Extension.basicConstraints, true, new BasicConstraints(true));
    }

    /** An authority with at most so many others below it. */
    public CertificateRecipe authority(int pathLength) {
        return with(Extension.basicConstraints, true, new BasicConstraints(pathLength));
    }

    /** Says of itself that it is no authority. */
    public CertificateRecipe noAuthority() {
        return with(Extension.basicConstraints, true, new BasicConstraints(false));
    }

    public CertificateRecipe forClients() {
        return with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
    }

    public CertificateRecipe forServers() {
        return with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    }

    public CertificateRecipe signsCertificates() {
        return with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    }

    public CertificateRecipe signsHandshakes() {
        return with(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    }

    public CertificateRecipe names(String... names) {
        GeneralName[] list = Arrays.stream(names)
                .map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        return with(Extension.subjectAlternativeName, false, new GeneralNames(list));
    }

    /** An authority for names in this domain only. */
    public CertificateRecipe permits(String domain) {
        var allowed = new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain));
        return with(Extension.nameConstraints, true, new NameConstraints(new GeneralSubtree[] {allowed}, null));
    }

    /** An extension that nobody knows and that must be understood. */
    public CertificateRecipe mystery() {
        return with(new ASN1ObjectIdentifier("1.3.6.1.4.1.32473.1"), true, DERNull.INSTANCE);
    }

    private CertificateRecipe with(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
        extras.add(new Extra(type, critical, value));
        return this;
    }

    private KeyPair keys() throws GeneralSecurityException {
        boolean rsa = keyType.equals("RSA");
        if (rsa && bits == RsaKeys.BITS) return RsaKeys.next();
        KeyPairGenerator generator = KeyPairGenerator.getInstance(keyType);
        if (rsa) generator.initialize(bits);
        else generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    public TestCertificate make() {
        try {
            KeyPair keys = keys();
            var signing = issuer == null ? keys.getPrivate() : issuer.privateKey();
            String algorithm = digest + (signing.getAlgorithm().equals("RSA") ? "withRSA" : "withECDSA");
            ContentSigner signer = new JcaContentSignerBuilder(algorithm).build(signing);
            X500Name signedBy = issuer == null
                    ? subject
                    : X500Name.getInstance(
                            issuer.certificate().getSubjectX500Principal().getEncoded());
            BigInteger serial = BigInteger.valueOf(SERIAL.getAndIncrement());
            if (old) {
                var plain = new JcaX509v1CertificateBuilder(
                        signedBy, serial, Date.from(from), Date.from(until), subject, keys.getPublic());
                return new TestCertificate(new JcaX509CertificateConverter().getCertificate(plain.build(signer)), keys);
            }
            var builder = new JcaX509v3CertificateBuilder(
                    signedBy, serial, Date.from(from), Date.from(until), subject, keys.getPublic());
            for (Extra extra : extras) builder.addExtension(extra.type(), extra.critical(), extra.value());
            return new TestCertificate(new JcaX509CertificateConverter().getCertificate(builder.build(signer)), keys);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
