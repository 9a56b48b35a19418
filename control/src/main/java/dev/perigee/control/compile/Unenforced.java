package dev.perigee.control.compile;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/**
 * Settings that decide who may see what, and that a plan cannot express yet. To serve such a distribution without them
 * would publish what its owner meant to protect, so it is compiled as disabled.
 */
final class Unenforced {
    private Unenforced() {}

    /** What is asked for and not enforced, or null. */
    static @Nullable String by(@Nullable DistributionConfig config) {
        if (config == null) return null;
        String setting = ofDistribution(config);
        return setting == null ? null : "uses " + setting + ", which edges do not enforce yet, and is not served";
    }

    private static @Nullable String ofDistribution(DistributionConfig config) {
        return config.connectionFunctionAssociation() == null ? null : "a connection function";
    }
}
