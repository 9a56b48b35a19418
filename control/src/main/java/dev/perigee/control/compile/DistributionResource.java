package dev.perigee.control.compile;

import dev.perigee.core.plan.Guards;
import dev.perigee.core.plan.RecordDelivery;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/**
 * A distribution as the API knows it.
 *
 * @param domainName the assigned name, such as {@code d111111abcdef8.cloudfront.net}
 * @param guards from its tags; null for none
 * @param deliveries of its standard log of version 2
 */
public record DistributionResource(
        String id,
        String domainName,
        DistributionConfig config,
        @Nullable Guards guards,
        List<RecordDelivery> deliveries) {
    public DistributionResource {
        deliveries = List.copyOf(deliveries);
    }

    /** One without deliveries. */
    public DistributionResource(String id, String domainName, DistributionConfig config, @Nullable Guards guards) {
        this(id, domainName, config, guards, List.of());
    }

    /** One without guards. */
    public DistributionResource(String id, String domainName, DistributionConfig config) {
        this(id, domainName, config, null, List.of());
    }
}
