package dev.perigee.app.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.tls.LocalAuthority.Leaf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final List<String> DOMAINS = List.of("cloudfront.localhost", "localhost", "cloudfront.net");
    private static final SubjectNames NAMES = SubjectNames.ofEdge("cloudfront.localhost");

    private final Path temporary;
    private LocalAuthority authority;

    LocalAuthorityTest(@TempDir Path temporary) throws Exception {
        this.temporary = temporary;
        authority = LocalAuthority.open(temporary.resolve("ca"), DOMAINS, NOW);
    }

    private Leaf leaf(Instant now) throws Exception {
        return authority.leaf(temporary.resolve("tls"), "edge", NAMES, now);
    }

    @ParameterizedTest
    @CsvSource({"2039-12-30T23:59:59Z, 2049-12-30T23:59:59Z, 23", "2040-01-08T00:00:00Z, 2050-01-08T00:00:00Z, 24"})
    void datesAreToTheSecondWhateverTheCentury(Instant now, Instant end, int tag) throws Exception {
        X509Certificate later =
                LocalAuthority.open(temporary.resolve("later"), DOMAINS, now).certificate();
        assertEquals(now.minus(Duration.ofDays(1)), later.getNotBefore().toInstant());
        assertEquals(end, later.getNotAfter().toInstant());
        var content = TBSCertificate.getInstance(later.getTBSCertificate());
        assertEquals(tag, content.getEndDate().toASN1Primitive().getEncoded()[0], "RFC 5280: UTCTime before 2050");
    }

    @Test
    void theAuthorityIsOneForTenYearsOnP256() {
        X509Certificate certificate = authority.certificate();
        assertEquals(0, certificate.getBasicConstraints(), "an authority, for leaves only");
        assertEquals(
                256,
                ((ECPublicKey) certificate.getPublicKey())
                        .getParams()
                        .getCurve()
                        .getField()
                        .getFieldSize());
        assertEquals(NOW.plus(Duration.ofDays(3653)), certificate.getNotAfter().toInstant());
        assertTrue(certificate.getCriticalExtensionOIDs().contains("2.5.29.30"), "name constraints are critical");
    }

    @Test
    void keysAreForTheirOwnerOnly() throws Exception {
        Leaf leaf = leaf(NOW);
        for (Path key : List.of(temporary.resolve("ca/ca-key.pem"), leaf.key())) {
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)), key.toString());
        }
    }

    @Test
    void theLeafIsValidForTheNamesOfAnEdge() throws Exception {
        X509Certificate leaf = PemFile.readCertificate(leaf(NOW).chain());
        validate(leaf, authority.certificate());
        assertEquals(NAMES, SubjectNames.of(leaf));
        assertTrue(NAMES.domains().contains("*.cloudfront.net"));
        Duration lifetime = Duration.between(
                leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
        assertTrue(lifetime.compareTo(Duration.ofDays(398)) < 0, "browsers refuse " + lifetime);
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), leaf.getExtendedKeyUsage());
    }

    @Test
    void nobodyAcceptsTheAuthorityForOtherNames() throws Exception {
        KeyPair pair = Issuance.keyPair();
        var foreign = new SubjectNames(Set.of("www.example.com"), Set.of());
        X509Certificate forged = Issuance.leaf(
                authority.certificate(),
                PemFile.readPrivateKey(temporary.resolve("ca/ca-key.pem")),
                pair.getPublic(),
                "forged",
                foreign,
                NOW,
                Duration.ofDays(30));
        assertThrows(CertPathValidatorException.class, () -> validate(forged, authority.certificate()));
    }

    @Test
    void whatItMayNotCertifyIsCertifiedByAnother() throws Exception {
        var own =
                authority.issue(List.of("d1." + DOMAINS.getFirst()), false, NOW).chain();
        assertEquals(authority.certificate(), own.getLast());
        validate(own.getFirst(), own.getLast());
        assertFalse(Files.exists(LocalAuthority.fileForAnyDomain(temporary.resolve("ca"))), "made when needed only");

        var other = authority
                .issue(List.of("d1." + DOMAINS.getFirst(), "images.pettracker.com"), false, NOW)
                .chain();
        assertNotEquals(authority.certificate(), other.getLast());
        validate(other.getFirst(), other.getLast());
        Path file = LocalAuthority.fileForAnyDomain(temporary.resolve("ca"));
        assertEquals(PemFile.readCertificate(file), other.getLast());
        var again = authority.issue(List.of("*.pettracker.com"), true, NOW).chain();
        assertEquals(other.getLast(), again.getLast(), "the same from then on");
    }

    @Test
    void otherDomainsAreRefusedWithAdvice() {
        var foreign = SubjectNames.ofEdge("cdn.example.com");
        var refusal = assertThrows(
                GeneralSecurityException.class, () -> authority.leaf(temporary.resolve("tls"), "edge", foreign, NOW));
        assertTrue(String.valueOf(refusal.getMessage()).contains("remove its folder"), refusal.getMessage());
    }

    @Test
    void theAuthorityStaysTheSame() throws Exception {
        LocalAuthority again = LocalAuthority.open(temporary.resolve("ca"), DOMAINS, NOW.plusSeconds(1));
        assertEquals(authority.certificate(), again.certificate());
    }

    @ParameterizedTest(name = "after {0} days the leaf is renewed: {1}")
    @CsvSource({"0, false", "300, false", "365, false", "367, true", "400, true"})
    void theLeafIsRenewedInTime(int days, boolean renewed) throws Exception {
        byte[] before = Files.readAllBytes(leaf(NOW).chain());
        byte[] after = Files.readAllBytes(leaf(NOW.plus(Duration.ofDays(days))).chain());
        assertEquals(renewed, !Arrays.equals(before, after));
    }

    @Test
    void aLeafOfAnotherAuthorityIsReplaced() throws Exception {
        byte[] before = Files.readAllBytes(leaf(NOW).chain());
        authority = LocalAuthority.open(temporary.resolve("other-ca"), DOMAINS, NOW);
        X509Certificate after = PemFile.readCertificate(leaf(NOW).chain());
        validate(after, authority.certificate());
        assertFalse(Arrays.equals(before, after.getEncoded()));
    }

    @Test
    void aLeafWithAForeignKeyIsReplaced() throws Exception {
        Leaf leaf = leaf(NOW);
        byte[] before = Files.readAllBytes(leaf.chain());
        Files.writeString(leaf.key(), PemFile.privateKey(Issuance.keyPair().getPrivate()));
        assertNotEquals(
                new String(before, StandardCharsets.US_ASCII),
                Files.readString(leaf(NOW).chain()));
    }

    @Test
    void anIntactLeafIsKept() throws Exception {
        byte[] before = Files.readAllBytes(leaf(NOW).chain());
        assertArrayEquals(before, Files.readAllBytes(leaf(NOW.plusSeconds(60)).chain()));
    }

    private static void validate(X509Certificate leaf, X509Certificate root) throws Exception {
        // The JDK does not heed what an anchor says about itself; as the last link of a path it does.
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf, root));
        var anchor = new TrustAnchor(root.getSubjectX500Principal(), root.getPublicKey(), null);
        var parameters = new PKIXParameters(Set.of(anchor));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(NOW.plusSeconds(1)));
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }
}
