package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.resource.Tables.Kind;
import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;

/** The three sorts of policies. */
final class Policies {
    /** CloudFront's quota of custom policies of each sort per account. */
    private static final int MAX = 20;

    static final PolicySort<CachePolicyConfig, CachePolicy> CACHE = new PolicySort<>(
            new Named<>(
                    Kind.CACHE_POLICY,
                    "cache policy",
                    "CachePolicy",
                    "TooManyCachePolicies",
                    MAX,
                    "CachePolicyConfig",
                    CachePolicyConfig::builder,
                    CachePolicyConfig.class,
                    CachePolicyConfig::name),
            ManagedPolicies::cachePolicies,
            CachePolicy::id,
            CachePolicy::cachePolicyConfig,
            (row, config) -> CachePolicy.builder()
                    .id(row.id())
                    .lastModifiedTime(row.modified())
                    .cachePolicyConfig(config)
                    .build(),
            DefaultCacheBehavior::cachePolicyId,
            CachePolicyRules::checked);

    static final PolicySort<OriginRequestPolicyConfig, OriginRequestPolicy> ORIGIN_REQUEST = new PolicySort<>(
            new Named<>(
                    Kind.ORIGIN_REQUEST_POLICY,
                    "origin request policy",
                    "OriginRequestPolicy",
                    "TooManyOriginRequestPolicies",
                    MAX,
                    "OriginRequestPolicyConfig",
                    OriginRequestPolicyConfig::builder,
                    OriginRequestPolicyConfig.class,
                    OriginRequestPolicyConfig::name),
            ManagedPolicies::originRequestPolicies,
            OriginRequestPolicy::id,
            OriginRequestPolicy::originRequestPolicyConfig,
            (row, config) -> OriginRequestPolicy.builder()
                    .id(row.id())
                    .lastModifiedTime(row.modified())
                    .originRequestPolicyConfig(config)
                    .build(),
            DefaultCacheBehavior::originRequestPolicyId,
            OriginRequestPolicyRules::checked);

    static final PolicySort<ResponseHeadersPolicyConfig, ResponseHeadersPolicy> RESPONSE_HEADERS = new PolicySort<>(
            new Named<>(
                    Kind.RESPONSE_HEADERS_POLICY,
                    "response headers policy",
                    "ResponseHeadersPolicy",
                    "TooManyResponseHeadersPolicies",
                    MAX,
                    "ResponseHeadersPolicyConfig",
                    ResponseHeadersPolicyConfig::builder,
                    ResponseHeadersPolicyConfig.class,
                    ResponseHeadersPolicyConfig::name),
            ManagedPolicies::responseHeadersPolicies,
            ResponseHeadersPolicy::id,
            ResponseHeadersPolicy::responseHeadersPolicyConfig,
            (row, config) -> ResponseHeadersPolicy.builder()
                    .id(row.id())
                    .lastModifiedTime(row.modified())
                    .responseHeadersPolicyConfig(config)
                    .build(),
            DefaultCacheBehavior::responseHeadersPolicyId,
            ResponseHeadersPolicyRules::checked);

    private Policies() {}

    static void addTo(Handlers handlers, Store store, Settings settings) {
        new CachePolicyOperations(store, settings).addTo(handlers);
        new OriginRequestPolicyOperations(store, settings).addTo(handlers);
        new ResponseHeadersPolicyOperations(store, settings).addTo(handlers);
    }
}
