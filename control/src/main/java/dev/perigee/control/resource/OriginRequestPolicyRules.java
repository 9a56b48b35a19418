package dev.perigee.control.resource;

import static dev.perigee.control.resource.CachePolicyRules.items;

import dev.perigee.control.api.Refused;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyCookieBehavior;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyHeaderBehavior;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyQueryStringBehavior;

/** What CloudFront refuses in an origin request policy. */
final class OriginRequestPolicyRules {
    /**
     * Headers that only a cache policy can send to the origin (Accept-Encoding, Authorization), that have settings of
     * their own (Cookie), or that belong to the connection or to CloudFront.
     */
    private static final Set<String> FORBIDDEN = Set.of(
            "accept-encoding",
            "authorization",
            "connection",
            "content-length",
            "cookie",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-amz-cf-id",
            "x-forwarded-proto",
            "x-real-ip");

    private OriginRequestPolicyRules() {}

    static OriginRequestPolicyConfig checked(OriginRequestPolicyConfig config) throws Refused {
        String comment = PolicyTexts.checked(config.name(), config.comment());
        checkHeaders(config.headersConfig());
        var cookies = config.cookiesConfig();
        PolicyTexts.checkNames(
                "Cookies",
                cookies.cookieBehaviorAsString(),
                cookies.cookieBehavior() == OriginRequestPolicyCookieBehavior.WHITELIST
                        || cookies.cookieBehavior() == OriginRequestPolicyCookieBehavior.ALL_EXCEPT,
                items(cookies.cookies()),
                "TooManyCookiesInOriginRequestPolicy");
        var queries = config.queryStringsConfig();
        PolicyTexts.checkNames(
                "QueryStrings",
                queries.queryStringBehaviorAsString(),
                queries.queryStringBehavior() == OriginRequestPolicyQueryStringBehavior.WHITELIST
                        || queries.queryStringBehavior() == OriginRequestPolicyQueryStringBehavior.ALL_EXCEPT,
                items(queries.queryStrings()),
                "TooManyQueryStringsInOriginRequestPolicy");
        return config.toBuilder().comment(comment).build();
    }

    private static void checkHeaders(OriginRequestPolicyHeadersConfig config) throws Refused {
        List<String> headers = items(config.headers());
        OriginRequestPolicyHeaderBehavior behavior = config.headerBehavior();
        PolicyTexts.checkNames(
                "Headers",
                config.headerBehaviorAsString(),
                behavior == OriginRequestPolicyHeaderBehavior.WHITELIST
                        || behavior == OriginRequestPolicyHeaderBehavior.ALL_EXCEPT
                        || behavior == OriginRequestPolicyHeaderBehavior.ALL_VIEWER_AND_WHITELIST_CLOUD_FRONT,
                headers,
                "TooManyHeadersInOriginRequestPolicy");
        switch (behavior) {
            case WHITELIST ->
                PolicyTexts.checkHeaders(
                        headers, name -> FORBIDDEN.contains(name) || name.startsWith("x-edge-") || name.equals("*"));
            case ALL_VIEWER_AND_WHITELIST_CLOUD_FRONT ->
                PolicyTexts.checkHeaders(headers, name -> !name.startsWith("cloudfront-"));
            case ALL_EXCEPT -> PolicyTexts.checkHeaders(headers, name -> name.equals("*"));
            case NONE, ALL_VIEWER, UNKNOWN_TO_SDK_VERSION -> {}
        }
    }
}
