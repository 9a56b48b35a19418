package dev.perigee.control.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

    /** Values of the API: what a certificate without the extension shows, and what has no name there, included. */
    static final List<String> USAGES =
            Stream.concat(KEY_USAGES.stream(), Stream.of("ANY", "CUSTOM")).toList();

    /** By object identifier (RFC 5280 section 4.2.1.12, and IANA's registry for what is older). */
    private static final Map<String, String> EXTENDED_NAMES = Map.ofEntries(
            Map.entry("1.3.6.1.5.5.7.3.1", "TLS_WEB_SERVER_AUTHENTICATION"),
            Map.entry("1.3.6.1.5.5.7.3.2", "TLS_WEB_CLIENT_AUTHENTICATION"),
            Map.entry("1.3.6.1.5.5.7.3.3", "CODE_SIGNING"),
            Map.entry("1.3.6.1.5.5.7.3.4", "EMAIL_PROTECTION"),
            Map.entry("1.3.6.1.5.5.7.3.5", "IPSEC_END_SYSTEM"),
            Map.entry("1.3.6.1.5.5.7.3.6", "IPSEC_TUNNEL"),
            Map.entry("1.3.6.1.5.5.7.3.7", "IPSEC_USER"),
            Map.entry("1.3.6.1.5.5.7.3.8", "TIME_STAMPING"),
            Map.entry("1.3.6.1.5.5.7.3.9", "OCSP_SIGNING"),
            Map.entry("2.5.29.37.0", "ANY"));

    private static final String NONE = "NONE";
    private static final String CUSTOM = "CUSTOM";

    static final List<String> EXTENDED_USAGES = Stream.concat(EXTENDED_NAMES.values().stream(), Stream.of(NONE, CUSTOM))
            .sorted()
            .toList();

    private static final int ALTERNATIVES_SHOWN_MAX = 100;

    private AcmShapes() {}

    /** @param lastError of a renewal or an issuance under way, empty when there was none */
    static ObjectNode detail(Entry entry, List<String> users, String lastError, Instant now) {
        ObjectNode detail = common(entry, now);
        texts(detail.putArray("SubjectAlternativeNames"), entry.names());
        texts(detail.putArray("InUseBy"), users);
        if (entry.isIssued()) addIssued(detail, leaf(entry));
        if (!entry.failure().isEmpty()) detail.put("FailureReason", entry.failure());
        if (!entry.isImported()) {
            String status = entry.isIssued() ? "SUCCESS" : entry.isPending() ? Entry.PENDING : Entry.FAILED;
            detail.set("DomainValidationOptions", validations(entry, status));
            if (entry.isIssued()) addRenewal(detail, entry, lastError, now);
        }
        detail.putObject("Options").put("CertificateTransparencyLoggingPreference", "DISABLED");
        return detail;
    }

    private static void addIssued(ObjectNode detail, X509Certificate leaf) {
        byte[] serial = leaf.getSerialNumber().toByteArray();
        detail.put("Serial", HexFormat.ofDelimiter(":").formatHex(serial))
                .put("Subject", leaf.getSubjectX500Principal().getName())
                .put("Issuer", leaf.getIssuerX500Principal().getName())
                .put("SignatureAlgorithm", leaf.getSigAlgName().toUpperCase(Locale.ROOT));
        ArrayNode usages = detail.putArray("KeyUsages");
        for (String usage : keyUsages(leaf)) usages.addObject().put("Name", usage);
        ArrayNode extended = detail.putArray("ExtendedKeyUsages");
        for (String oid : extendedOids(leaf)) {
            extended.addObject()
                    .put("Name", EXTENDED_NAMES.getOrDefault(oid, CUSTOM))
                    .put("OID", oid);
        }
    }

    /** While a renewal is due; ACM keeps the one before for as long as it lasts, which here is the certificate's own. */
    private static void addRenewal(ObjectNode detail, Entry entry, String lastError, Instant now) {
        if (now.isBefore(entry.renewal(now)) && lastError.isEmpty()) return;
        ObjectNode renewal = detail.putObject("RenewalSummary");
        renewal.put("RenewalStatus", lastError.isEmpty() ? "PENDING_AUTO_RENEWAL" : Entry.PENDING)
                .put("UpdatedAt", seconds(now));
        renewal.set("DomainValidationOptions", validations(entry, Entry.PENDING));
    }

    static ObjectNode summary(Entry entry, boolean used, Instant now) {
        ObjectNode summary = common(entry, now);
        List<String> names = entry.names();
        texts(
                summary.putArray("SubjectAlternativeNameSummaries"),
                names.subList(0, Math.min(names.size(), ALTERNATIVES_SHOWN_MAX)));
        summary.put("HasAdditionalSubjectAlternativeNames", names.size() > ALTERNATIVES_SHOWN_MAX)
                .put("InUse", used);
        if (!entry.isIssued()) return summary;
        X509Certificate leaf = leaf(entry);
        texts(summary.putArray("KeyUsages"), keyUsages(leaf));
        texts(summary.putArray("ExtendedKeyUsages"), extendedUsages(leaf));
        return summary;
    }

    private static ObjectNode common(Entry entry, Instant now) {
        ObjectNode common = AcmOperations.object()
                .put("CertificateArn", entry.arn())
                .put("DomainName", entry.names().getFirst())
                .put("Status", entry.status(now))
                .put("Type", entry.type())
                .put("KeyAlgorithm", entry.keyAlgorithm())
                .put("CreatedAt", seconds(entry.created()))
                .put("RenewalEligibility", entry.isImported() || !entry.isIssued() ? "INELIGIBLE" : "ELIGIBLE");
        if (!entry.isIssued()) return common;
        return common.put(entry.isImported() ? "ImportedAt" : "IssuedAt", seconds(entry.issued()))
                .put("NotBefore", seconds(entry.notBefore()))
                .put("NotAfter", seconds(entry.notAfter()));
    }

    /** Nobody looks for the records: they are shown for tools that want to create them. Edges prove the names, if need be. */
    private static ArrayNode validations(Entry entry, String status) {
        ArrayNode validations = AcmOperations.object().putArray("DomainValidationOptions");
        for (String name : entry.names()) {
            String bare = name.startsWith("*.") ? name.substring(2) : name;
            ObjectNode validation = validations
                    .addObject()
                    .put("DomainName", name)
                    .put("ValidationDomain", bare)
                    .put("ValidationStatus", status)
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

    static List<String> keyUsages(X509Certificate leaf) {
        boolean[] bits = leaf.getKeyUsage();
        if (bits == null) return List.of("ANY");
        return IntStream.range(0, Math.min(bits.length, KEY_USAGES.size()))
                .filter(i -> bits[i])
                .mapToObj(KEY_USAGES::get)
                .toList();
    }

    /** NONE where the certificate does not say what it is for. */
    static List<String> extendedUsages(X509Certificate leaf) {
        List<String> oids = extendedOids(leaf);
        if (oids.isEmpty()) return List.of(NONE);
        return oids.stream()
                .map(oid -> EXTENDED_NAMES.getOrDefault(oid, CUSTOM))
                .distinct()
                .toList();
    }

    private static List<String> extendedOids(X509Certificate leaf) {
        try {
            List<String> oids = leaf.getExtendedKeyUsage();
            return oids == null ? List.of() : oids;
        } catch (CertificateException e) {
            return List.of();
        }
    }

    /** As the protocol has times: seconds with three places. */
    private static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }

    static X509Certificate leaf(Entry entry) {
        try {
            byte[] der = Base64.getDecoder().decode(entry.encoded().getFirst());
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate at rest cannot be read: " + entry.arn(), e);
        }
    }
}
