package dev.perigee.control;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a certificate stands.
 *
 * @param names that it is for, its domain first
 * @param issuer empty until there is one, as is the end
 * @param state as the Certificate Manager has it: PENDING_VALIDATION, ISSUED, FAILED, EXPIRED
 * @param renewal when it is to be renewed; null when it is not going to be
 * @param lastError why it was not issued or renewed when that was last tried; empty when nothing is wrong
 * @param warning what its owner should know before it ends; empty when nothing
 */
public record CertificateStatus(
        String arn,
        List<String> names,
        String issuer,
        @Nullable Instant notAfter,
        String state,
        @Nullable Instant renewal,
        String lastError,
        String warning) {
    public CertificateStatus {
        names = List.copyOf(names);
    }
}
