package dev.perigee.core.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer has shown of itself on a connection with mutual TLS, in the forms of CloudFront's headers (developer guide,
 * "Viewer mTLS headers"). Each form is made when it is first asked for, once for a connection.
 */
public final class ClientCertificate {
    private static final String PREFIX = "cloudfront-viewer-cert-";
    private static final int LINE = 64;

    /** Types of attributes that are written by name, besides those of RFC 2253. */
    private static final Map<String, String> TYPES = Map.of(
            "1.2.840.113549.1.9.1", "emailAddress", "2.5.4.5", "serialNumber", "2.5.4.4", "SN", "2.5.4.42", "GN");

    private final List<X509Certificate> chain;
    private final boolean passedOn;

    /** What was made so far, by the rest of the header's name. */
    private final Map<String, String> made = new ConcurrentHashMap<>();

    /**
     * @param chain its own first; empty when the viewer has shown none
     * @param passedOn whether the origin is to judge it (mode passthrough)
     */
    public ClientCertificate(List<X509Certificate> chain, boolean passedOn) {
        this.chain = List.copyOf(chain);
        this.passedOn = passedOn;
    }

    /** Whether the viewer has shown one. */
    public boolean present() {
        return !chain.isEmpty();
    }

    /** Value of a {@code CloudFront-Viewer-Cert-*} header by its lower-case name, or null when there is none. */
    public @Nullable String header(String lowerName) {
        if (!lowerName.startsWith(PREFIX)) return null;
        String what = lowerName.substring(PREFIX.length());
        if (what.equals("present")) return present() ? "1" : "0";
        if (!present()) return null;
        X509Certificate own = chain.getFirst();
        return made.computeIfAbsent(what, part -> text(part, own));
    }

    private static @Nullable String text(String what, X509Certificate certificate) {
        return switch (what) {
            case "serial-number" ->
                HexFormat.ofDelimiter(":")
                        .formatHex(certificate.getSerialNumber().toByteArray());
            case "issuer" -> escaped(certificate.getIssuerX500Principal());
            case "subject" -> escaped(certificate.getSubjectX500Principal());
            case "sha256" -> digest(certificate);
            case "validity" ->
                "NotBefore=" + second(certificate.getNotBefore()) + ";NotAfter=" + second(certificate.getNotAfter());
            case "pem" -> encodedPem(certificate);
            default -> null;
        };
    }

    /** Value of {@code Client-Cert} (RFC 9440 section 2.2), or null: the origin gets it only to judge it. */
    public @Nullable String clientCert() {
        return passedOn && present() ? made.computeIfAbsent("", _ -> octets(chain.subList(0, 1))) : null;
    }

    /** Value of {@code Client-Cert-Chain} (RFC 9440 section 2.3), or null, also when nothing but its own was shown. */
    public @Nullable String clientCertChain() {
        if (!passedOn || chain.size() < 2) return null;
        return made.computeIfAbsent("chain", _ -> octets(chain.subList(1, chain.size())));
    }

    /** Byte sequences of structured fields (RFC 8941 section 3.3.5), a list of them. */
    private static String octets(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            if (!text.isEmpty()) text.append(", ");
            text.append(':')
                    .append(Base64.getEncoder().encodeToString(der(certificate)))
                    .append(':');
        }
        return text.toString();
    }

    /**
     * RFC 2253. What is not printable ASCII is escaped octet by octet: Java leaves it as it is, and who issued the certificate
     * must not be able to put a line end into a header.
     */
    private static String escaped(X500Principal name) {
        String written = name.getName(X500Principal.RFC2253, TYPES);
        StringBuilder text = new StringBuilder(written.length());
        for (byte octet : written.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= ' ' && octet < 0x7f) text.append((char) octet);
            else HexFormat.of().withUpperCase().toHexDigits(text.append('\\'), octet);
        }
        return text.toString();
    }

    private static String second(Date date) {
        return date.toInstant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String digest(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der(certificate)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String encodedPem(X509Certificate certificate) {
        String lines = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der(certificate));
        String text = "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n";
        StringBuilder encoded = new StringBuilder(text.length() + 128);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case ' ' -> encoded.append("%20");
                case '\n' -> encoded.append("%0A");
                case '+' -> encoded.append("%2B");
                case '/' -> encoded.append("%2F");
                case '=' -> encoded.append("%3D");
                default -> encoded.append(c);
            }
        }
        return encoded.toString();
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }
}
