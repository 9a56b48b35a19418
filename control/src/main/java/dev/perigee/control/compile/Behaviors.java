package dev.perigee.control.compile;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/** The cache behaviors of a distribution in matching order. */
final class Behaviors {
    static final String DEFAULT_PATTERN = "*";

    private Behaviors() {}

    /** All behaviors; the default one is the last, with {@code *} for its pattern. */
    static List<CacheBehavior> inOrder(DistributionConfig config) {
        var ordered = new ArrayList<CacheBehavior>();
        if (config.cacheBehaviors() != null)
            ordered.addAll(config.cacheBehaviors().items());
        if (config.defaultCacheBehavior() != null) ordered.add(asLast(config.defaultCacheBehavior()));
        return ordered;
    }

    /**
     * The pattern in the form in which it is compared with whole paths: a leading slash is optional in the API. A
     * leading asterisk stands for it already.
     */
    static String rooted(String pathPattern) {
        return pathPattern.startsWith("/") || pathPattern.startsWith("*") ? pathPattern : "/" + pathPattern;
    }

    @SuppressWarnings("deprecation") // the legacy settings are part of the API
    private static CacheBehavior asLast(DefaultCacheBehavior behavior) {
        return CacheBehavior.builder()
                .pathPattern(DEFAULT_PATTERN)
                .targetOriginId(behavior.targetOriginId())
                .trustedSigners(behavior.trustedSigners())
                .trustedKeyGroups(behavior.trustedKeyGroups())
                .viewerProtocolPolicy(behavior.viewerProtocolPolicyAsString())
                .allowedMethods(behavior.allowedMethods())
                .compress(behavior.compress())
                .lambdaFunctionAssociations(behavior.lambdaFunctionAssociations())
                .functionAssociations(behavior.functionAssociations())
                .fieldLevelEncryptionId(behavior.fieldLevelEncryptionId())
                .realtimeLogConfigArn(behavior.realtimeLogConfigArn())
                .cachePolicyId(behavior.cachePolicyId())
                .originRequestPolicyId(behavior.originRequestPolicyId())
                .responseHeadersPolicyId(behavior.responseHeadersPolicyId())
                .grpcConfig(behavior.grpcConfig())
                .forwardedValues(behavior.forwardedValues())
                .minTTL(behavior.minTTL())
                .defaultTTL(behavior.defaultTTL())
                .maxTTL(behavior.maxTTL())
                .build();
    }
}
