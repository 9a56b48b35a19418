package dev.perigee.control.compile;

import dev.perigee.core.plan.Guards;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/**
 * A distribution as the API knows it.
 *
 * @param domainName the assigned name, such as {@code d111111abcdef8.cloudfront.net}
 * @param guards from its tags; null for none
 */
public record DistributionResource(
        String id,
        String domainName,
        DistributionConfig config,
        @Nullable Guards guards) {
    /** One without guards. */
    public DistributionResource(String id, String domainName, DistributionConfig config) {
        this(id, domainName, config, null);
    }
}
