package dev.perigee.control.resource;

import static dev.perigee.control.resource.Defaults.or;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.AllowedMethods;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachedMethods;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.GrpcConfig;
import software.amazon.awssdk.services.cloudfront.model.Headers;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.Method;
import software.amazon.awssdk.services.cloudfront.model.QueryStringCacheKeys;
import software.amazon.awssdk.services.cloudfront.model.TrustedKeyGroups;
import software.amazon.awssdk.services.cloudfront.model.TrustedSigners;

/**
 * What the default cache behavior and the others have in common, which the API has in two shapes of the same members.
 * Everything is held in the shape that the default behavior has.
 */
// ForwardedValues and the TTLs of a behavior are deprecated, but what the AWS CLI still sends.
@SuppressWarnings("deprecation")
record BehaviorView(DefaultCacheBehavior values) {
    private static final long DAY = 86_400;
    private static final long YEAR = 31_536_000;

    static BehaviorView of(DefaultCacheBehavior behavior) {
        return new BehaviorView(behavior);
    }

    static BehaviorView of(CacheBehavior behavior) {
        return new BehaviorView(DefaultCacheBehavior.builder()
                .targetOriginId(behavior.targetOriginId())
                .trustedSigners(behavior.trustedSigners())
                .trustedKeyGroups(behavior.trustedKeyGroups())
                .viewerProtocolPolicy(behavior.viewerProtocolPolicyAsString())
                .allowedMethods(behavior.allowedMethods())
                .smoothStreaming(behavior.smoothStreaming())
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
                .build());
    }

    DefaultCacheBehavior toDefault() {
        return values;
    }

    CacheBehavior toBehavior(String pathPattern) {
        return CacheBehavior.builder()
                .pathPattern(pathPattern)
                .targetOriginId(values.targetOriginId())
                .trustedSigners(values.trustedSigners())
                .trustedKeyGroups(values.trustedKeyGroups())
                .viewerProtocolPolicy(values.viewerProtocolPolicyAsString())
                .allowedMethods(values.allowedMethods())
                .smoothStreaming(values.smoothStreaming())
                .compress(values.compress())
                .lambdaFunctionAssociations(values.lambdaFunctionAssociations())
                .functionAssociations(values.functionAssociations())
                .fieldLevelEncryptionId(values.fieldLevelEncryptionId())
                .realtimeLogConfigArn(values.realtimeLogConfigArn())
                .cachePolicyId(values.cachePolicyId())
                .originRequestPolicyId(values.originRequestPolicyId())
                .responseHeadersPolicyId(values.responseHeadersPolicyId())
                .grpcConfig(values.grpcConfig())
                .forwardedValues(values.forwardedValues())
                .minTTL(values.minTTL())
                .defaultTTL(values.defaultTTL())
                .maxTTL(values.maxTTL())
                .build();
    }

    BehaviorView filled() {
        DefaultCacheBehavior.Builder filled = values.toBuilder()
                .trustedSigners(or(
                        values.trustedSigners(),
                        TrustedSigners.builder().enabled(false).quantity(0).build()))
                .trustedKeyGroups(or(
                        values.trustedKeyGroups(),
                        TrustedKeyGroups.builder().enabled(false).quantity(0).build()))
                .allowedMethods(methods(values.allowedMethods()))
                .smoothStreaming(or(values.smoothStreaming(), false))
                .compress(or(values.compress(), false))
                .lambdaFunctionAssociations(or(
                        values.lambdaFunctionAssociations(),
                        LambdaFunctionAssociations.builder().quantity(0).build()))
                .functionAssociations(or(
                        values.functionAssociations(),
                        FunctionAssociations.builder().quantity(0).build()))
                .fieldLevelEncryptionId(or(values.fieldLevelEncryptionId(), ""))
                .grpcConfig(or(
                        values.grpcConfig(), GrpcConfig.builder().enabled(false).build()));
        if (values.forwardedValues() != null) legacy(filled, values.forwardedValues());
        return new BehaviorView(filled.build());
    }

    /** TTLs are the behavior's own only without a cache policy. */
    private void legacy(DefaultCacheBehavior.Builder filled, ForwardedValues forwarded) {
        long min = or(values.minTTL(), 0L);
        long fallback = or(values.defaultTTL(), Math.max(min, DAY));
        filled.minTTL(min).defaultTTL(fallback).maxTTL(or(values.maxTTL(), Math.max(fallback, Math.max(min, YEAR))));
        filled.forwardedValues(forwarded.toBuilder()
                .headers(or(forwarded.headers(), Headers.builder().quantity(0).build()))
                .queryStringCacheKeys(or(
                        forwarded.queryStringCacheKeys(),
                        QueryStringCacheKeys.builder().quantity(0).build()))
                .build());
    }

    private static AllowedMethods methods(@Nullable AllowedMethods given) {
        CachedMethods cached = CachedMethods.builder()
                .quantity(2)
                .items(Method.HEAD, Method.GET)
                .build();
        AllowedMethods allowed = or(
                given,
                AllowedMethods.builder()
                        .quantity(2)
                        .items(Method.HEAD, Method.GET)
                        .build());
        return allowed.toBuilder()
                .cachedMethods(or(allowed.cachedMethods(), cached))
                .build();
    }
}
