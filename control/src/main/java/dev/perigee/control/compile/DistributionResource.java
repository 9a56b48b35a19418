package dev.perigee.control.compile;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/**
 * A distribution as the API knows it.
 *
 * @param domainName the assigned name, such as {@code d111111abcdef8.cloudfront.net}
 */
public record DistributionResource(String id, String domainName, DistributionConfig config) {}
