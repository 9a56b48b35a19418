package dev.perigee.app.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;
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
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes keys and certificates: ECDSA on P-256 throughout, as small and as widely understood as they come. */
final class Issuance {
    private static final String SIGNATURE = "SHA256withECDSA";
    // A certificate from the future is refused by machines whose clock is a little behind, such as virtual ones.
    private static final Duration BACKDATED = Duration.ofHours(24);
    private static final int RSA_BITS = 2048;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();

    private Issuance() {}

    static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    static KeyPair rsaKeyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        return generator.generateKeyPair();
    }

    static X509Certificate authority(KeyPair pair, List<String> domains, Instant now, Instant end)
            throws GeneralSecurityException, IOException {
        // The serial number keeps two authorities of one user apart in a browser's list.
        BigInteger serial = serial();
        String kind = domains.isEmpty() ? "local CA for any domain " : "local CA ";
        var name = new X500Name(
                "O=Perigee,CN=Perigee " + kind + serial.toString(36).substring(0, 6));
        var builder = new X509v3CertificateBuilder(
                name, serial, time(now.minus(BACKDATED)), time(end), name, info(pair.getPublic()));
        var extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        if (!domains.isEmpty()) builder.addExtension(Extension.nameConstraints, true, permitted(domains));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
        return sign(builder, pair.getPrivate());
    }

    static X509Certificate leaf(
            X509Certificate issuer,
            PrivateKey issuerKey,
            PublicKey subjectKey,
            String subject,
            SubjectNames names,
            Instant now,
            Duration lifetime)
            throws GeneralSecurityException, IOException {
        Instant start = now.minus(BACKDATED);
        var builder = new X509v3CertificateBuilder(
                X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()),
                serial(),
                time(start),
                time(start.plus(lifetime)),
                new X500Name("O=Perigee,CN=" + subject),
                info(subjectKey));
        var extensions = new JcaX509ExtensionUtils();
        var alternatives = new ArrayList<GeneralName>();
        names.domains().forEach(domain -> alternatives.add(new GeneralName(GeneralName.dNSName, domain)));
        names.addresses().forEach(address -> alternatives.add(new GeneralName(GeneralName.iPAddress, address)));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        // The oldest suites of RSA encrypt with the key.
        int usage = subjectKey instanceof RSAPublicKey
                ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                : KeyUsage.digitalSignature;
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
                Extension.subjectAlternativeName, false, new GeneralNames(alternatives.toArray(GeneralName[]::new)));
        builder.addExtension(Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(issuer));
        builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(subjectKey));
        return sign(builder, issuerKey);
    }

    /**
     * RFC 5280 section 4.1.2.5. Bouncy Castle makes one of a Date too, by formatting it for the default locale, whose data it takes
     * long to look up in a first start.
     */
    private static Time time(Instant instant) {
        String text = TIME.format(instant);
        boolean isGeneralized = text.compareTo("2050") >= 0;
        return new Time(isGeneralized ? new DERGeneralizedTime(text) : new DERUTCTime(text.substring(2)));
    }

    private static SubjectPublicKeyInfo info(PublicKey key) {
        return SubjectPublicKeyInfo.getInstance(key.getEncoded());
    }

    static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) throws GeneralSecurityException {
        byte[] message = new byte[32];
        RANDOM.nextBytes(message);
        Signature signature = Signature.getInstance(SIGNATURE);
        signature.initSign(privateKey);
        signature.update(message);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(message);
        return signature.verify(signed);
    }

    private static NameConstraints permitted(List<String> domains) {
        var subtrees = new ArrayList<GeneralSubtree>();
        for (String domain : domains) {
            subtrees.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain)));
        }
        subtrees.add(new GeneralSubtree(new GeneralName(GeneralName.iPAddress, "127.0.0.0/8")));
        subtrees.add(new GeneralSubtree(new GeneralName(GeneralName.iPAddress, "::1/128")));
        return new NameConstraints(subtrees.toArray(GeneralSubtree[]::new), null);
    }

    /** Whether an authority may issue for all these domains, by its own name constraints. */
    static boolean permits(X509Certificate authority, Collection<String> domains) throws IOException {
        byte[] extension = authority.getExtensionValue(Extension.nameConstraints.getId());
        if (extension == null) return true;
        var constraints = NameConstraints.getInstance(JcaX509ExtensionUtils.parseExtensionValue(extension));
        return domains.stream()
                .allMatch(domain -> Arrays.stream(constraints.getPermittedSubtrees())
                        .map(GeneralSubtree::getBase)
                        .filter(base -> base.getTagNo() == GeneralName.dNSName)
                        .anyMatch(base -> ("." + domain).endsWith("." + base.getName())));
    }

    private static BigInteger serial() {
        // RFC 5280 section 4.1.2.2: positive, at most 20 octets.
        return new BigInteger(127, RANDOM).setBit(126);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            var signer = new JcaContentSignerBuilder(SIGNATURE).build(key);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("cannot sign a certificate", e);
        }
    }
}
