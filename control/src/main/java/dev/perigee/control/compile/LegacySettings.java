package dev.perigee.control.compile;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;

/** What a behavior has instead of a cache policy. The SDK calls it deprecated; the AWS CLI's defaults still use it. */
record LegacySettings(ForwardedValues values, Ttls ttls) {
    @SuppressWarnings("deprecation")
    static @Nullable LegacySettings of(CacheBehavior behavior) {
        return behavior.forwardedValues() == null
                ? null
                : new LegacySettings(
                        behavior.forwardedValues(),
                        Ttls.of(behavior.minTTL(), behavior.defaultTTL(), behavior.maxTTL()));
    }

    static LegacySettings required(CacheBehavior behavior) {
        LegacySettings settings = of(behavior);
        if (settings == null) {
            throw new Uncompilable("has neither a cache policy nor ForwardedValues for " + behavior.pathPattern());
        }
        return settings;
    }
}
