package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.core.tls.CertificateForm;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a trust store as text. CloudFront takes less than RFC 7468: blocks one right after the other, between
 * them comments on lines of their own (developer guide, "Trust stores and certificate management").
 */
final class CaBundle {
    /** CloudFront's quotas; the first may be raised to this. */
    static final int OCTETS_MAX = 1 << 20;

    private static final int CERTIFICATES_MAX = 25;

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    private final List<String> certificates = new ArrayList<>();
    private @Nullable StringBuilder block;
    private int line;
    private int blank;

    private CaBundle() {}

    /** Each certificate as DER in Base64. */
    static List<String> read(byte[] content) throws Refused {
        CaBundle bundle = new CaBundle();
        for (String text : new String(content, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            bundle.line++;
            bundle.take(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        }
        if (bundle.block != null) throw bundle.wrong("a certificate has no end");
        unless(!bundle.certificates.isEmpty(), "InvalidArgument", "The CA certificates bundle has no certificate.");
        return List.copyOf(bundle.certificates);
    }

    private void take(String text) throws Refused {
        StringBuilder open = block;
        if (open != null) {
            if (text.equals(END)) {
                block = null;
                add(open.toString());
            } else {
                open.append(text);
            }
        } else if (text.isEmpty()) {
            // What ends the text is no gap.
            if (blank == 0) blank = line;
        } else if (blank > 0) {
            line = blank;
            throw wrong("a blank line, which is not allowed");
        } else if (text.equals(BEGIN)) {
            block = new StringBuilder();
        } else if (!text.startsWith("#") || text.contains("-")) {
            throw wrong("neither a certificate nor a comment, which begins with # and has no hyphen");
        }
    }

    private void add(String encoded) throws Refused {
        if (certificates.size() == CERTIFICATES_MAX) throw wrong("more than " + CERTIFICATES_MAX + " certificates");
        byte[] der;
        try {
            der = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw wrong("a certificate that is not valid Base64");
        }
        if (der.length > CertificateForm.BYTES_MAX) {
            throw wrong("a certificate of more than " + CertificateForm.BYTES_MAX + " octets");
        }
        check(der);
        certificates.add(Base64.getEncoder().encodeToString(der));
    }

    private void check(byte[] der) throws Refused {
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            if (certificate.getEncoded().length != der.length) throw wrong("a certificate that more follows");
            if (!CertificateForm.isAuthority(certificate)) {
                throw wrong("a certificate that is not of version 3 and for an authority");
            }
            String unsupported = CertificateForm.unsupported(certificate);
            if (unsupported != null) throw wrong("a certificate with " + unsupported);
        } catch (CertificateException e) {
            throw wrong("a certificate that cannot be read");
        }
    }

    private Refused wrong(String what) {
        return new Refused("InvalidArgument", "The CA certificates bundle has, at line " + line + ", " + what + ".");
    }
}
