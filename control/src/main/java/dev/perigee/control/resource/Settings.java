package dev.perigee.control.resource;

import dev.perigee.control.CertificateIssuer;
import dev.perigee.core.tls.Seal;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all operations share.
 *
 * @param domainSuffix under which domain names are assigned
 * @param clock for the times that resources show
 * @param acknowledged the lowest version that every edge has in force
 * @param seal keeps private keys closed
 * @param issuer of certificates that are requested; null where nobody issues any at once
 * @param directory where certificates are ordered instead (ACME); null for nowhere
 */
record Settings(
        String accountId,
        String domainSuffix,
        InstantSource clock,
        LongSupplier acknowledged,
        Ids ids,
        Seal seal,
        @Nullable CertificateIssuer issuer,
        @Nullable String directory) {
    /** Where CloudFront's Location headers point. */
    static final String LOCATION = "https://cloudfront.amazonaws.com/2020-05-31/";
}
