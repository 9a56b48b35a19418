package dev.perigee.control.resource;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What all operations share.
 *
 * @param domainSuffix under which domain names are assigned
 * @param clock for the times that resources show
 * @param acknowledged the lowest version that every edge has in force
 */
record Settings(String accountId, String domainSuffix, InstantSource clock, LongSupplier acknowledged, Ids ids) {
    /** Where CloudFront's Location headers point. */
    static final String LOCATION = "https://cloudfront.amazonaws.com/2020-05-31/";
}
