package dev.perigee.control.resource;

import dev.perigee.control.CertificateStatus;
import dev.perigee.control.resource.Certificates.Entry;
import dev.perigee.core.tls.Seal;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** How certificates stand, and which of them need somebody's care. */
final class RenewalStatus {
    /** An imported one has its owner's attention this long before its end, or in the last third of a shorter life. */
    private static final Duration END_NEAR = Duration.ofDays(30);
    /** Of its lifetime a renewal may take this part until it counts as late without having failed. */
    private static final int LATE_PART = 20;

    private RenewalStatus() {}

    /**
     * Looks at one.
     *
     * @param ordering whether certificates can be ordered from an ACME directory now
     * @param seal that the private key should be under
     */
    static CertificateStatus of(Entry entry, String lastError, boolean ordering, Seal seal, Instant now) {
        boolean issued = entry.isIssued();
        String locked = issued ? locked(entry, seal) : "";
        String issuer = issued ? AcmShapes.leaf(entry).getIssuerX500Principal().getName() : "";
        @Nullable
        Instant renewal = issued && !entry.isImported() ? entry.renewal(now).truncatedTo(ChronoUnit.SECONDS) : null;
        return new CertificateStatus(
                entry.arn(),
                entry.names(),
                issuer,
                issued ? entry.notAfter() : null,
                entry.status(now),
                renewal,
                entry.isPending() && !ordering && lastError.isEmpty() ? needsDirectory(entry) : lastError,
                issued && locked.isEmpty() ? warning(entry, lastError, ordering, now) : locked);
    }

    /** What to do about a private key that no edge can use, as after a backup came back without its seal.key; else empty. */
    static String locked(Entry entry, Seal seal) {
        try {
            seal.open(entry.arn(), entry.sealedKey());
            return "";
        } catch (GeneralSecurityException e) {
            String otherwise = entry.isImported() ? "import the certificate again" : "request another certificate";
            return "its private key does not open with this folder's seal.key: bring back the file from before, or "
                    + otherwise;
        }
    }

    private static String needsDirectory(Entry entry) {
        return "it was requested by ACME from " + entry.authority() + "; start with --acme-directory to go on";
    }

    /** What the owner of one that is issued should know; empty when nothing. */
    static String warning(Entry entry, String lastError, boolean ordering, Instant now) {
        Instant end = entry.end(now);
        Duration lifetime = Duration.between(entry.notBefore(), entry.notAfter());
        String ends = (now.isAfter(end) ? "ended " : "ends ") + entry.notAfter();
        if (entry.isImported()) {
            Duration third = lifetime.dividedBy(3);
            Duration near = third.compareTo(END_NEAR) < 0 ? third : END_NEAR;
            return now.isBefore(end.minus(near)) ? "" : "it " + ends + " and was imported: import its successor";
        }
        Instant renewal = entry.renewal(now);
        if (now.isBefore(renewal)) return "";
        if (!entry.authority().isEmpty() && !ordering)
            return "it " + ends + " and is to be renewed by ACME: start with --acme-directory";
        if (!lastError.isEmpty()) return "its renewal is late, it " + ends + ": " + lastError;
        return now.isBefore(renewal.plus(lifetime.dividedBy(LATE_PART))) ? "" : "its renewal is late, it " + ends;
    }
}
