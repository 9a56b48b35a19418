package dev.perigee.app.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.tls.ClientRefused;
import dev.perigee.core.tls.ClientTrust;
import dev.perigee.testkit.CertificateRecipe;
import dev.perigee.testkit.TestCertificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What viewers may show: chains that are right, and those that somebody made up. */
class ClientTrustTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final TestCertificate ROOT = root("CN=Root");
    private static final TestCertificate NAMESAKE = root("CN=Root");
    private static final TestCertificate FIRST = authority("CN=1", ROOT);
    private static final TestCertificate SECOND = authority("CN=2", FIRST);
    private static final TestCertificate THIRD = authority("CN=3", SECOND);
    private static final TestCertificate FOURTH = authority("CN=4", THIRD);

    private static TestCertificate root(String name) {
        return CertificateRecipe.of(name).authority().signsCertificates().make();
    }

    private static TestCertificate authority(String name, TestCertificate issuer) {
        return CertificateRecipe.of(name)
                .by(issuer)
                .authority()
                .signsCertificates()
                .make();
    }

    private static CertificateRecipe client(TestCertificate issuer) {
        return CertificateRecipe.of("CN=client").by(issuer).forClients();
    }

    /** The verdict over a chain, {@code GOOD} or the reason. */
    private static String verdict(boolean ignoresExpiry, List<TestCertificate> trusted, TestCertificate... shown)
            throws Exception {
        var store = TestCertificate.trustStore("ts", trusted.toArray(TestCertificate[]::new));
        try {
            new ClientTrust(store, ignoresExpiry)
                    .check(
                            ClientTrust.read(Arrays.stream(shown)
                                    .map(TestCertificate::certificate)
                                    .toArray(X509Certificate[]::new)),
                            NOW);
            return "GOOD";
        } catch (ClientRefused refused) {
            return refused.reason().name();
        }
    }

    private static Arguments row(String what, String verdict, TestCertificate... shown) {
        return Arguments.of(what, verdict, shown);
    }

    static Stream<Arguments> chains() {
        TestCertificate notAuthority =
                CertificateRecipe.of("CN=no").by(ROOT).noAuthority().make();
        TestCertificate saysNothing = client(ROOT).make();
        TestCertificate signsNoCertificates = CertificateRecipe.of("CN=n")
                .by(ROOT)
                .authority()
                .signsHandshakes()
                .make();
        TestCertificate last =
                CertificateRecipe.of("CN=l").by(ROOT).authority(0).make();
        TestCertificate tooFar = authority("CN=t", last);
        TestCertificate pets = CertificateRecipe.of("CN=p")
                .by(ROOT)
                .authority()
                .permits("pets.test")
                .make();
        TestCertificate servers =
                CertificateRecipe.of("CN=s").by(ROOT).authority().forServers().make();
        TestCertificate weak =
                CertificateRecipe.of("CN=w").by(ROOT).authority().rsa(1024).make();
        TestCertificate ended = CertificateRecipe.of("CN=e")
                .by(ROOT)
                .authority()
                .valid("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z")
                .make();
        TestCertificate forged = CertificateRecipe.of("CN=Root").authority().make();
        return Stream.of(
                row("of the root", "GOOD", client(ROOT).make()),
                row(
                        "that says nothing of its use",
                        "GOOD",
                        CertificateRecipe.of("CN=c").by(ROOT).make()),
                row(
                        "of version 1",
                        "GOOD",
                        CertificateRecipe.of("CN=c").by(ROOT).old().make()),
                row("RSA", "GOOD", client(ROOT).rsa(2048).make()),
                row(
                        "P-384",
                        "GOOD",
                        client(ROOT).curve("secp384r1").digest("SHA512").make()),
                row("two certificates", "GOOD", client(FIRST).make(), FIRST),
                row("with the root", "GOOD", client(FIRST).make(), FIRST, ROOT),
                row("out of order", "GOOD", client(SECOND).make(), FIRST, SECOND),
                row("with what does not belong", "GOOD", client(ROOT).make(), THIRD, SECOND),
                row("four certificates", "GOOD", client(THIRD).make(), THIRD, SECOND, FIRST),
                row(
                        "five certificates",
                        "MAX_CHAIN_DEPTH_EXCEEDED",
                        client(FOURTH).make(),
                        FOURTH,
                        THIRD,
                        SECOND,
                        FIRST),
                row("a gap", "UNTRUSTED", client(SECOND).make(), SECOND),
                row(
                        "nobody's",
                        "UNTRUSTED",
                        CertificateRecipe.of("CN=client").forClients().make()),
                row("of a namesake", "UNTRUSTED", client(NAMESAKE).make(), NAMESAKE),
                row(
                        "of somebody with the root's name",
                        "UNTRUSTED",
                        client(forged).make(),
                        forged),
                row("of a client", "INVALID", client(saysNothing).make(), saysNothing),
                row("of CA:FALSE", "INVALID", client(notAuthority).make(), notAuthority),
                row(
                        "of who may not sign certificates",
                        "INVALID",
                        client(signsNoCertificates).make(),
                        signsNoCertificates),
                row("the path length", "GOOD", client(last).make(), last),
                row("beyond the path length", "INVALID", client(tooFar).make(), tooFar, last),
                row(
                        "a permitted name",
                        "GOOD",
                        client(pets).names("a.pets.test").make(),
                        pets),
                row(
                        "a name that is not permitted",
                        "INVALID",
                        client(pets).names("bank.test").make(),
                        pets),
                row("a critical extension", "INVALID", client(ROOT).mystery().make()),
                row(
                        "for servers",
                        "INTENT_INVALID",
                        CertificateRecipe.of("CN=c").by(ROOT).forServers().make()),
                row(
                        "of who issues for servers",
                        "INTENT_INVALID",
                        client(servers).make(),
                        servers),
                row(
                        "a key for certificates only",
                        "INTENT_INVALID",
                        client(ROOT).signsCertificates().make()),
                row(
                        "RSA of 1024 bits",
                        "TYPE_UNSUPPORTED",
                        client(ROOT).rsa(1024).make()),
                row("of a weak key", "TYPE_UNSUPPORTED", client(weak).make(), weak),
                row("P-521", "TYPE_UNSUPPORTED", client(ROOT).curve("secp521r1").make()),
                row(
                        "signed over SHA-1",
                        "TYPE_UNSUPPORTED",
                        client(ROOT).digest("SHA1").make()),
                row("of who has expired", "EXPIRED", client(ended).make(), ended),
                row(
                        "expired",
                        "EXPIRED",
                        client(ROOT)
                                .valid("2025-01-01T00:00:00Z", "2026-05-31T23:59:59Z")
                                .make()),
                row(
                        "not valid yet",
                        "NOT_YET_VALID",
                        client(ROOT)
                                .valid("2026-06-01T00:00:01Z", "2027-01-01T00:00:00Z")
                                .make()),
                row(
                        "just valid",
                        "GOOD",
                        client(ROOT)
                                .valid("2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z")
                                .make()));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("chains")
    void isJudged(String what, String verdict, TestCertificate[] shown) throws Exception {
        assertEquals(verdict, verdict(false, List.of(ROOT), shown));
    }

    @Test
    void anAuthorityThatIsNoRootIsTrustedWithinItsLimits() throws Exception {
        TestCertificate last =
                CertificateRecipe.of("CN=l").by(ROOT).authority(0).make();
        TestCertificate pets = CertificateRecipe.of("CN=p")
                .by(ROOT)
                .authority()
                .permits("pets.test")
                .make();
        TestCertificate ended = CertificateRecipe.of("CN=Ended")
                .authority()
                .valid("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z")
                .make();
        TestCertificate further = authority("CN=f", last);
        assertEquals("GOOD", verdict(false, List.of(SECOND), client(SECOND).make()));
        assertEquals("UNTRUSTED", verdict(false, List.of(SECOND), client(ROOT).make()));
        assertEquals("GOOD", verdict(false, List.of(last), client(last).make()));
        assertEquals("INVALID", verdict(false, List.of(last), client(further).make(), further));
        assertEquals(
                "GOOD",
                verdict(false, List.of(pets), client(pets).names("a.pets.test").make()));
        assertEquals(
                "INVALID",
                verdict(false, List.of(pets), client(pets).names("bank.test").make()));
        assertEquals("EXPIRED", verdict(false, List.of(ended), client(ended).make()));
    }

    @Test
    void ofSeveralWithOneNameTheRightOneCounts() throws Exception {
        assertEquals(
                "GOOD", verdict(false, List.of(NAMESAKE, ROOT), client(ROOT).make()));
        assertEquals(
                "GOOD", verdict(false, List.of(ROOT, NAMESAKE), client(ROOT).make()));
    }

    @Test
    void expiryMayBeIgnoredAndNothingElse() throws Exception {
        TestCertificate ended = CertificateRecipe.of("CN=e")
                .by(ROOT)
                .authority()
                .valid("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z")
                .make();
        CertificateRecipe past = client(ROOT).valid("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z");
        assertEquals("GOOD", verdict(true, List.of(ROOT), past.make()));
        assertEquals(
                "GOOD",
                verdict(
                        true,
                        List.of(ROOT),
                        client(ended)
                                .valid("2020-06-01T00:00:00Z", "2020-07-01T00:00:00Z")
                                .make(),
                        ended));
        assertEquals(
                "NOT_YET_VALID",
                verdict(
                        true,
                        List.of(ROOT),
                        client(ROOT)
                                .valid("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z")
                                .make()));
        assertEquals("UNTRUSTED", verdict(true, List.of(NAMESAKE), client(ROOT).make()));
    }
}
