package dev.perigee.control;

import java.time.Instant;
import java.util.List;

/**
 * How a certificate stands.
 *
 * @param names that it is for, its domain first
 * @param state as the Certificate Manager has it: ISSUED, EXPIRED
 * @param lastError why it was not renewed when that was last tried; empty when nothing is wrong
 */
public record CertificateStatus(
        String arn, List<String> names, String issuer, Instant notAfter, String state, String lastError) {
    public CertificateStatus {
        names = List.copyOf(names);
    }
}
