package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyCookieBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyCookiesConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyHeaderBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyQueryStringBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyQueryStringsConfig;
import software.amazon.awssdk.services.cloudfront.model.CookieNames;
import software.amazon.awssdk.services.cloudfront.model.Headers;
import software.amazon.awssdk.services.cloudfront.model.ParametersInCacheKeyAndForwardedToOrigin;
import software.amazon.awssdk.services.cloudfront.model.QueryStringNames;

/**
 * What CloudFront refuses in a cache policy, and what it fills in. Headers that cannot be in a key are those for which
 * the table "HTTP request headers and CloudFront behavior" does not allow caching by their values.
 */
final class CachePolicyRules {
    private static final long DAY = 86_400;
    private static final long YEAR = 31_536_000;

    private static final Set<String> NOT_IN_A_KEY = Set.of(
            "cache-control",
            "connection",
            "content-length",
            "cookie",
            "max-forwards",
            "pragma",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "range",
            "request-range",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-amz-cf-id",
            "x-forwarded-proto",
            "x-real-ip",
            "cloudfront-viewer-address",
            "cloudfront-viewer-asn",
            "cloudfront-viewer-cert-pem",
            "cloudfront-viewer-cert-validity",
            "cloudfront-viewer-header-count",
            "cloudfront-viewer-header-order",
            "cloudfront-viewer-ja3-fingerprint",
            "cloudfront-viewer-ja4-fingerprint",
            "cloudfront-viewer-tls");

    private CachePolicyRules() {}

    static CachePolicyConfig checked(CachePolicyConfig given) throws Refused {
        String comment = PolicyTexts.checked(given.name(), given.comment());
        CachePolicyConfig config = filled(given, comment);
        long min = config.minTTL();
        long normal = config.defaultTTL();
        long max = config.maxTTL();
        unless(min >= 0, "InvalidArgument", "MinTTL " + min + " is negative.");
        unless(
                min <= normal && normal <= max,
                "InvalidArgument",
                "MinTTL " + min + ", DefaultTTL " + normal + " and MaxTTL " + max + " are not in ascending order.");
        ParametersInCacheKeyAndForwardedToOrigin key = config.parametersInCacheKeyAndForwardedToOrigin();
        checkHeaders(key);
        checkCookies(key.cookiesConfig());
        checkQueryStrings(key.queryStringsConfig());
        if (max == 0) checkNothingKeyed(key);
        return config;
    }

    private static CachePolicyConfig filled(CachePolicyConfig given, String comment) {
        long min = given.minTTL();
        Long max = given.maxTTL();
        long usual = Math.max(min, DAY);
        long normal = Defaults.or(given.defaultTTL(), max == null ? usual : Math.max(min, Math.min(usual, max)));
        return given.toBuilder()
                .comment(comment)
                .defaultTTL(normal)
                .maxTTL(Defaults.or(max, Math.max(normal, YEAR)))
                .parametersInCacheKeyAndForwardedToOrigin(key(given.parametersInCacheKeyAndForwardedToOrigin()))
                .build();
    }

    private static ParametersInCacheKeyAndForwardedToOrigin key(
            @Nullable ParametersInCacheKeyAndForwardedToOrigin given) {
        if (given == null) {
            return ParametersInCacheKeyAndForwardedToOrigin.builder()
                    .enableAcceptEncodingGzip(false)
                    .enableAcceptEncodingBrotli(false)
                    .headersConfig(h -> h.headerBehavior(CachePolicyHeaderBehavior.NONE))
                    .cookiesConfig(c -> c.cookieBehavior(CachePolicyCookieBehavior.NONE))
                    .queryStringsConfig(q -> q.queryStringBehavior(CachePolicyQueryStringBehavior.NONE))
                    .build();
        }
        return given.toBuilder()
                .enableAcceptEncodingBrotli(Defaults.or(given.enableAcceptEncodingBrotli(), false))
                .build();
    }

    private static void checkHeaders(ParametersInCacheKeyAndForwardedToOrigin key) throws Refused {
        CachePolicyHeadersConfig config = key.headersConfig();
        List<String> headers = items(config.headers());
        PolicyTexts.checkNames(
                "Headers",
                config.headerBehaviorAsString(),
                config.headerBehavior() == CachePolicyHeaderBehavior.WHITELIST,
                headers,
                "TooManyHeadersInCachePolicy");
        boolean encodings = key.enableAcceptEncodingGzip() || key.enableAcceptEncodingBrotli();
        PolicyTexts.checkHeaders(
                headers,
                name -> !mayBeKeyed(name) || name.equals("*") || (encodings && name.equals("accept-encoding")));
    }

    /** Whether CloudFront can cache by the values of this header, its name in lower case. */
    static boolean mayBeKeyed(String header) {
        return !NOT_IN_A_KEY.contains(header) && !header.startsWith("x-edge-");
    }

    private static void checkCookies(CachePolicyCookiesConfig config) throws Refused {
        PolicyTexts.checkNames(
                "Cookies",
                config.cookieBehaviorAsString(),
                config.cookieBehavior() == CachePolicyCookieBehavior.WHITELIST
                        || config.cookieBehavior() == CachePolicyCookieBehavior.ALL_EXCEPT,
                items(config.cookies()),
                "TooManyCookiesInCachePolicy");
    }

    private static void checkQueryStrings(CachePolicyQueryStringsConfig config) throws Refused {
        PolicyTexts.checkNames(
                "QueryStrings",
                config.queryStringBehaviorAsString(),
                config.queryStringBehavior() == CachePolicyQueryStringBehavior.WHITELIST
                        || config.queryStringBehavior() == CachePolicyQueryStringBehavior.ALL_EXCEPT,
                items(config.queryStrings()),
                "TooManyQueryStringsInCachePolicy");
    }

    /** Without caching there is no key that anything could be part of. */
    private static void checkNothingKeyed(ParametersInCacheKeyAndForwardedToOrigin key) throws Refused {
        checkOff("EnableAcceptEncodingGzip", !key.enableAcceptEncodingGzip());
        checkOff("EnableAcceptEncodingBrotli", !key.enableAcceptEncodingBrotli());
        checkOff("HeaderBehavior", key.headersConfig().headerBehavior() == CachePolicyHeaderBehavior.NONE);
        checkOff("CookieBehavior", key.cookiesConfig().cookieBehavior() == CachePolicyCookieBehavior.NONE);
        checkOff(
                "QueryStringBehavior",
                key.queryStringsConfig().queryStringBehavior() == CachePolicyQueryStringBehavior.NONE);
    }

    private static void checkOff(String parameter, boolean off) throws Refused {
        unless(off, "InvalidArgument", "The parameter " + parameter + " is invalid for policy with caching disabled.");
    }

    static List<String> items(@Nullable Headers headers) {
        return headers == null ? List.of() : headers.items();
    }

    static List<String> items(@Nullable CookieNames cookies) {
        return cookies == null ? List.of() : cookies.items();
    }

    static List<String> items(@Nullable QueryStringNames names) {
        return names == null ? List.of() : names.items();
    }
}
