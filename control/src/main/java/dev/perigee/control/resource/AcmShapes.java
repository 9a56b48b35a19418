package dev.perigee.control.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.CertificateStatus;
import dev.perigee.control.resource.Certificates.Entry;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;

/** Certificates as the API shows them. */
final class AcmShapes {
    /** The bits of the key usage extension (RFC 5280 section 4.2.1.3), in their order. */
    private static final List<String> KEY_USAGES = List.of(
            "DIGITAL_SIGNATURE",
            "NON_REPUDIATION",
            "KEY_ENCIPHERMENT",
            "DATA_ENCIPHERMENT",
            "KEY_AGREEMENT",
            "CERTIFICATE_SIGNING",
            "CRL_SIGNING",
            "ENCIPHER_ONLY",
            "DECIPHER_ONLY");

    private static final int ALTERNATIVES_SHOWN_MAX = 100;

    private AcmShapes() {}

    static ObjectNode detail(Entry entry, List<String> users, Instant now) {
        X509Certificate leaf = leaf(entry);
        ObjectNode detail = common(entry, now);
        texts(detail.putArray("SubjectAlternativeNames"), entry.names());
        byte[] serial = leaf.getSerialNumber().toByteArray();
        detail.put("Serial", HexFormat.ofDelimiter(":").formatHex(serial))
                .put("Subject", leaf.getSubjectX500Principal().getName())
                .put("Issuer", leaf.getIssuerX500Principal().getName())
                .put("SignatureAlgorithm", leaf.getSigAlgName().toUpperCase(Locale.ROOT));
        texts(detail.putArray("InUseBy"), users);
        ArrayNode usages = detail.putArray("KeyUsages");
        for (String usage : keyUsages(leaf)) usages.addObject().put("Name", usage);
        ArrayNode extended = detail.putArray("ExtendedKeyUsages");
        if (isForServers(leaf)) {
            extended.addObject().put("Name", "TLS_WEB_SERVER_AUTHENTICATION").put("OID", "1.3.6.1.5.5.7.3.1");
        }
        if (!entry.isImported()) detail.set("DomainValidationOptions", validations(entry));
        detail.putObject("Options").put("CertificateTransparencyLoggingPreference", "DISABLED");
        return detail;
    }

    static ObjectNode summary(Entry entry, boolean used, Instant now) {
        X509Certificate leaf = leaf(entry);
        ObjectNode summary = common(entry, now);
        List<String> names = entry.names();
        texts(
                summary.putArray("SubjectAlternativeNameSummaries"),
                names.subList(0, Math.min(names.size(), ALTERNATIVES_SHOWN_MAX)));
        summary.put("HasAdditionalSubjectAlternativeNames", names.size() > ALTERNATIVES_SHOWN_MAX)
                .put("InUse", used);
        texts(summary.putArray("KeyUsages"), keyUsages(leaf));
        texts(
                summary.putArray("ExtendedKeyUsages"),
                isForServers(leaf) ? List.of("TLS_WEB_SERVER_AUTHENTICATION") : List.of());
        return summary;
    }

    static CertificateStatus status(Entry entry, Instant now) {
        String issuer = leaf(entry).getIssuerX500Principal().getName();
        return new CertificateStatus(entry.arn(), entry.names(), issuer, entry.notAfter(), entry.status(now), "");
    }

    private static ObjectNode common(Entry entry, Instant now) {
        return AcmOperations.object()
                .put("CertificateArn", entry.arn())
                .put("DomainName", entry.names().getFirst())
                .put("Status", entry.status(now))
                .put("Type", entry.type())
                .put("KeyAlgorithm", entry.keyAlgorithm())
                .put("CreatedAt", seconds(entry.created()))
                .put(entry.isImported() ? "ImportedAt" : "IssuedAt", seconds(entry.issued()))
                .put("NotBefore", seconds(entry.notBefore()))
                .put("NotAfter", seconds(entry.notAfter()))
                .put("RenewalEligibility", "INELIGIBLE");
    }

    /** The local authority asks for no proof; the records are shown for tools that want to create them. */
    private static ArrayNode validations(Entry entry) {
        ArrayNode validations = AcmOperations.object().putArray("DomainValidationOptions");
        for (String name : entry.names()) {
            String bare = name.startsWith("*.") ? name.substring(2) : name;
            ObjectNode validation = validations
                    .addObject()
                    .put("DomainName", name)
                    .put("ValidationDomain", bare)
                    .put("ValidationStatus", "SUCCESS")
                    .put("ValidationMethod", entry.validation());
            if (entry.validation().equals("DNS")) {
                validation
                        .putObject("ResourceRecord")
                        .put("Name", "_" + digest(entry.arn() + bare) + "." + bare + ".")
                        .put("Type", "CNAME")
                        .put("Value", "_" + digest(bare + entry.arn()) + ".acm-validations.aws.");
            }
        }
        return validations;
    }

    /** A label that looks random and is always the same. */
    private static String digest(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static List<String> keyUsages(X509Certificate leaf) {
        boolean[] bits = leaf.getKeyUsage();
        if (bits == null) return List.of("ANY");
        return IntStream.range(0, Math.min(bits.length, KEY_USAGES.size()))
                .filter(i -> bits[i])
                .mapToObj(KEY_USAGES::get)
                .toList();
    }

    private static boolean isForServers(X509Certificate leaf) {
        try {
            List<String> usages = leaf.getExtendedKeyUsage();
            return usages != null && usages.contains("1.3.6.1.5.5.7.3.1");
        } catch (CertificateException e) {
            return false;
        }
    }

    /** As the protocol has times: seconds with three places. */
    private static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }

    private static X509Certificate leaf(Entry entry) {
        try {
            byte[] der = Base64.getDecoder().decode(entry.encoded().getFirst());
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate at rest cannot be read: " + entry.arn(), e);
        }
    }
}
