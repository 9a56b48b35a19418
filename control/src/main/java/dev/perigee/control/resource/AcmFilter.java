package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Certificates.Entry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Which certificates ListCertificates is asked for, and in which order. Of each kind of condition one value has to fit; a kind
 * without values fits everything.
 *
 * @param keyTypes as the filter has them, with underscores
 * @param nothing conditions that no certificate fits here: none can be exported, and no other service manages any
 */
record AcmFilter(
        Set<String> statuses,
        Set<String> keyTypes,
        Set<String> keyUsages,
        Set<String> extendedKeyUsages,
        boolean nothing,
        boolean ascending) {
    private static final List<String> STATUSES =
            List.of("PENDING_VALIDATION", "ISSUED", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED");
    private static final List<String> KEY_TYPES =
            List.of("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1");

    static AcmFilter of(AcmInput input) throws Refused {
        AcmInput includes = input.object("Includes");
        String exported = includes.choice("exportOption", List.of("ENABLED", "DISABLED"));
        String manager = includes.choice("managedBy", List.of("CLOUDFRONT"));
        String by = input.choice("SortBy", List.of("CREATED_AT"));
        String order = input.choice("SortOrder", List.of("ASCENDING", "DESCENDING"));
        unless(by == null || order != null, "InvalidArgsException", "SortBy needs a SortOrder.");
        return new AcmFilter(
                input.choices("CertificateStatuses", STATUSES),
                includes.choices("keyTypes", KEY_TYPES),
                includes.choices("keyUsage", AcmShapes.USAGES),
                includes.choices("extendedKeyUsage", AcmShapes.EXTENDED_USAGES),
                "ENABLED".equals(exported) || manager != null,
                "ASCENDING".equals(order));
    }

    boolean takes(Entry entry, Instant now) {
        return !nothing
                && fits(statuses, List.of(entry.status(now)))
                && fits(keyTypes, List.of(entry.keyAlgorithm().replace('-', '_')))
                && fitsUsages(entry);
    }

    private boolean fitsUsages(Entry entry) {
        if (keyUsages.isEmpty() && extendedKeyUsages.isEmpty()) return true;
        if (!entry.isIssued()) return false;
        X509Certificate leaf = AcmShapes.leaf(entry);
        return fits(keyUsages, AcmShapes.keyUsages(leaf)) && fits(extendedKeyUsages, AcmShapes.extendedUsages(leaf));
    }

    private static boolean fits(Set<String> wanted, List<String> present) {
        return wanted.isEmpty() || !Collections.disjoint(wanted, present);
    }
}
