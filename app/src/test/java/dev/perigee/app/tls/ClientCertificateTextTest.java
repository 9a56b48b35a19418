package dev.perigee.app.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.tls.ClientCertificate;
import dev.perigee.testkit.CertificateRecipe;
import dev.perigee.testkit.TestCertificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.junit.jupiter.api.Test;

/** What headers say of certificates, and what they must not. */
class ClientCertificateTextTest {
    private static ClientCertificate shown(boolean passedOn, TestCertificate... chain) {
        List<X509Certificate> certificates =
                Stream.of(chain).map(TestCertificate::certificate).toList();
        return new ClientCertificate(certificates, passedOn);
    }

    private static String subject(X500NameBuilder name) {
        return String.valueOf(
                shown(false, CertificateRecipe.of(name.build()).make()).header("cloudfront-viewer-cert-subject"));
    }

    private static X500NameBuilder name() {
        return new X500NameBuilder(BCStyle.INSTANCE);
    }

    @Test
    void namesAreWrittenAsInRfc2253() {
        assertEquals(
                "emailAddress=m@pets.test,CN=Smith\\, John,O=Pets,C=AU",
                subject(name().addRDN(BCStyle.C, "AU")
                        .addRDN(BCStyle.O, "Pets")
                        .addRDN(BCStyle.CN, "Smith, John")
                        .addRDN(BCStyle.EmailAddress, "m@pets.test")));
        assertEquals("CN=J\\C3\\B6rg", subject(name().addRDN(BCStyle.CN, "J\u00f6rg")));
    }

    @Test
    void aNameCannotEndALine() {
        String text = subject(name().addRDN(BCStyle.CN, "x\r\nX-Admin: yes\u0000\u007f\u2028"));
        assertTrue(text.chars().allMatch(c -> c >= ' ' && c < 0x7f), text);
    }

    @Test
    void whoShowsNothingIsNotPresent() {
        ClientCertificate nothing = shown(true);
        assertEquals("0", nothing.header("cloudfront-viewer-cert-present"));
        assertNull(nothing.header("cloudfront-viewer-cert-sha256"));
        assertNull(nothing.clientCert());
        assertNull(nothing.clientCertChain());
    }

    @Test
    void onlyTheOriginThatJudgesGetsTheWhole() {
        TestCertificate root = CertificateRecipe.of("CN=Root").authority().make();
        TestCertificate own = CertificateRecipe.of("CN=own").by(root).make();
        assertNull(shown(false, own, root).clientCert());
        assertNull(shown(true, own).clientCertChain());
        String chain = String.valueOf(shown(true, own, root, root).clientCertChain());
        assertEquals(2, chain.split(", ", -1).length);
        assertTrue(chain.startsWith(":") && chain.endsWith(":"), chain);
        assertNull(shown(true, own).header("cloudfront-viewer-cert-unknown"));
        assertNull(shown(true, own).header("cloudfront-viewer-country"));
    }

    @Test
    void theSerialNumberIsThatOfTheCertificate() {
        assertTrue(String.valueOf(shown(false, CertificateRecipe.of("CN=c").make())
                        .header("cloudfront-viewer-cert-serial-number"))
                .startsWith("4a:3f:5c:92:d1:e8:"));
    }
}
