package dev.perigee.control.resource;

import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyCookieBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyCookiesConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyHeaderBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyQueryStringBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyQueryStringsConfig;
import software.amazon.awssdk.services.cloudfront.model.Headers;
import software.amazon.awssdk.services.cloudfront.model.ParametersInCacheKeyAndForwardedToOrigin;
import software.amazon.awssdk.services.cloudfront.model.QueryStringNames;

/** The managed cache policies. */
final class ManagedCachePolicies {
    static final String CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

    private static final long DAY = 86_400;
    private static final long YEAR = 31_536_000;
    private static final List<String> ORIGIN_CONTROLLED =
            List.of("Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override");

    private ManagedCachePolicies() {}

    static List<CachePolicy> all() {
        return List.of(
                policy(
                        "658327ea-f89d-4fab-a63d-7e88639e58f6",
                        "CachingOptimized",
                        "For objects that the edge may compress: one day unless the origin says otherwise",
                        new Ttls(1, DAY, YEAR),
                        key(true, true, List.of(), CachePolicyCookieBehavior.NONE, noParameters())),
                policy(
                        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
                        "CachingOptimizedForUncompressedObjects",
                        "For objects that gain nothing from compression: one day unless the origin says otherwise",
                        new Ttls(1, DAY, YEAR),
                        key(false, false, List.of(), CachePolicyCookieBehavior.NONE, noParameters())),
                policy(
                        CACHING_DISABLED,
                        "CachingDisabled",
                        "Nothing is cached",
                        new Ttls(0, 0, 0),
                        key(false, false, List.of(), CachePolicyCookieBehavior.NONE, noParameters())),
                policy(
                        "2e54312d-136d-493c-8eb9-b001f22f67d2",
                        "Amplify",
                        "For origins that are Amplify web apps",
                        new Ttls(2, 2, 600),
                        key(
                                true,
                                true,
                                List.of("Authorization", "CloudFront-Viewer-Country", "Host"),
                                CachePolicyCookieBehavior.ALL,
                                allParameters())),
                policy(
                        "08627262-05a9-4f76-9ded-b50ca2e3a84f",
                        "Elemental-MediaPackage",
                        "For origins that are MediaPackage endpoints",
                        new Ttls(0, DAY, YEAR),
                        key(
                                true,
                                false,
                                List.of("Origin"),
                                CachePolicyCookieBehavior.NONE,
                                parameters(List.of("aws.manifestfilter", "start", "end", "m")))),
                policy(
                        "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
                        "UseOriginCacheControlHeaders",
                        "As long as the origin's Cache-Control says; query strings do not count",
                        new Ttls(0, 0, YEAR),
                        key(true, true, ORIGIN_CONTROLLED, CachePolicyCookieBehavior.ALL, noParameters())),
                policy(
                        "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
                        "UseOriginCacheControlHeaders-QueryStrings",
                        "As long as the origin's Cache-Control says; query strings count",
                        new Ttls(0, 0, YEAR),
                        key(true, true, ORIGIN_CONTROLLED, CachePolicyCookieBehavior.ALL, allParameters())));
    }

    private static CachePolicy policy(
            String id, String name, String comment, Ttls ttls, ParametersInCacheKeyAndForwardedToOrigin key) {
        return CachePolicy.builder()
                .id(id)
                .lastModifiedTime(ManagedPolicies.LAST_MODIFIED)
                .cachePolicyConfig(config -> config.name("Managed-" + name)
                        .comment(comment)
                        .minTTL(ttls.min())
                        .defaultTTL(ttls.normal())
                        .maxTTL(ttls.max())
                        .parametersInCacheKeyAndForwardedToOrigin(key))
                .build();
    }

    private static ParametersInCacheKeyAndForwardedToOrigin key(
            boolean gzip,
            boolean brotli,
            List<String> headers,
            CachePolicyCookieBehavior cookies,
            CachePolicyQueryStringsConfig queryStrings) {
        return ParametersInCacheKeyAndForwardedToOrigin.builder()
                .enableAcceptEncodingGzip(gzip)
                .enableAcceptEncodingBrotli(brotli)
                .headersConfig(headers(headers))
                .cookiesConfig(CachePolicyCookiesConfig.builder()
                        .cookieBehavior(cookies)
                        .build())
                .queryStringsConfig(queryStrings)
                .build();
    }

    private static CachePolicyHeadersConfig headers(List<String> names) {
        if (names.isEmpty()) {
            return CachePolicyHeadersConfig.builder()
                    .headerBehavior(CachePolicyHeaderBehavior.NONE)
                    .build();
        }
        return CachePolicyHeadersConfig.builder()
                .headerBehavior(CachePolicyHeaderBehavior.WHITELIST)
                .headers(Headers.builder().quantity(names.size()).items(names).build())
                .build();
    }

    private static CachePolicyQueryStringsConfig noParameters() {
        return CachePolicyQueryStringsConfig.builder()
                .queryStringBehavior(CachePolicyQueryStringBehavior.NONE)
                .build();
    }

    private static CachePolicyQueryStringsConfig allParameters() {
        return CachePolicyQueryStringsConfig.builder()
                .queryStringBehavior(CachePolicyQueryStringBehavior.ALL)
                .build();
    }

    private static CachePolicyQueryStringsConfig parameters(List<String> names) {
        return CachePolicyQueryStringsConfig.builder()
                .queryStringBehavior(CachePolicyQueryStringBehavior.WHITELIST)
                .queryStrings(QueryStringNames.builder()
                        .quantity(names.size())
                        .items(names)
                        .build())
                .build();
    }

    private record Ttls(long min, long normal, long max) {}
}
