package dev.perigee.control.compile;

import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Selection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyCookiesConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyQueryStringsConfig;
import software.amazon.awssdk.services.cloudfront.model.CookieNames;
import software.amazon.awssdk.services.cloudfront.model.CookiePreference;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.Headers;
import software.amazon.awssdk.services.cloudfront.model.ParametersInCacheKeyAndForwardedToOrigin;
import software.amazon.awssdk.services.cloudfront.model.QueryStringCacheKeys;
import software.amazon.awssdk.services.cloudfront.model.QueryStringNames;

/** Cache policies of a plan, from the API's cache policies and from the legacy settings of a behavior. */
final class CachePolicies {
    static final String LEGACY = "legacy";

    private static final String EVERY_HEADER = "*";
    private static final String ACCEPT_ENCODING = "accept-encoding";

    private CachePolicies() {}

    static CachePolicy of(software.amazon.awssdk.services.cloudfront.model.CachePolicy policy) {
        CachePolicyConfig config = policy.cachePolicyConfig();
        Ttls ttls = Ttls.of(config.minTTL(), config.defaultTTL(), config.maxTTL());
        ParametersInCacheKeyAndForwardedToOrigin key = config.parametersInCacheKeyAndForwardedToOrigin();
        if (key == null) {
            return new CachePolicy(
                    policy.id(),
                    ttls.min(),
                    ttls.normal(),
                    ttls.max(),
                    false,
                    false,
                    List.of(),
                    Selection.NONE,
                    Selection.NONE);
        }
        boolean gzip = Boolean.TRUE.equals(key.enableAcceptEncodingGzip());
        boolean brotli = Boolean.TRUE.equals(key.enableAcceptEncodingBrotli());
        List<String> headers = headers(key.headersConfig());
        return new CachePolicy(
                policy.id(),
                ttls.min(),
                ttls.normal(),
                ttls.max(),
                gzip,
                brotli,
                gzip || brotli ? without(headers, ACCEPT_ENCODING) : headers,
                cookies(key.cookiesConfig()),
                queryStrings(key.queryStringsConfig()));
    }

    /** The policy that a behavior without a cache policy amounts to. */
    static CachePolicy legacy(LegacySettings settings) {
        ForwardedValues values = settings.values();
        if (forwardsEveryHeader(values)) {
            return new CachePolicy(LEGACY, 0, 0, 0, false, false, List.of(), Selection.NONE, Selection.NONE);
        }
        Ttls ttls = settings.ttls();
        List<String> headers = headers(values.headers());
        // Whether Compress is on or not, the legacy settings pass on "Accept-Encoding: gzip" when the viewer's value
        // contains gzip, and nothing otherwise, so that the two answers must not share a key. A behavior that lists the
        // header has the whole value in the key instead.
        boolean gzip = !headers.contains(ACCEPT_ENCODING);
        return new CachePolicy(
                LEGACY,
                ttls.min(),
                ttls.normal(),
                ttls.max(),
                gzip,
                false,
                headers,
                cookies(values.cookies()),
                legacyQueryStrings(values));
    }

    /** {@code *} among the legacy headers: every header goes to the origin, and nothing is cached. */
    static boolean forwardsEveryHeader(ForwardedValues values) {
        return headers(values.headers()).contains(EVERY_HEADER);
    }

    static Selection cookies(@Nullable CookiePreference cookies) {
        if (cookies == null || cookies.forward() == null) return Selection.NONE;
        return switch (cookies.forward()) {
            case NONE -> Selection.NONE;
            case ALL -> Selection.ALL;
            case WHITELIST -> Names.only(names(cookies.whitelistedNames()));
            case UNKNOWN_TO_SDK_VERSION -> throw new Uncompilable("forwards cookies by " + cookies.forwardAsString());
        };
    }

    static List<String> headers(@Nullable Headers headers) {
        return Names.headers(headers == null ? null : headers.items());
    }

    static @Nullable List<String> names(@Nullable CookieNames cookies) {
        return cookies == null ? null : cookies.items();
    }

    static @Nullable List<String> names(@Nullable QueryStringNames queryStrings) {
        return queryStrings == null ? null : queryStrings.items();
    }

    /** Every parameter is forwarded as soon as one is, but the key may be made from some of them. */
    private static Selection legacyQueryStrings(ForwardedValues values) {
        if (!Boolean.TRUE.equals(values.queryString())) return Selection.NONE;
        QueryStringCacheKeys keys = values.queryStringCacheKeys();
        return keys == null || keys.items().isEmpty() ? Selection.ALL : Names.only(keys.items());
    }

    private static List<String> headers(@Nullable CachePolicyHeadersConfig config) {
        if (config == null) return List.of();
        return switch (Objects.requireNonNull(config.headerBehavior(), "HeaderBehavior")) {
            case NONE -> List.of();
            case WHITELIST -> headers(config.headers());
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable("has header behavior " + config.headerBehaviorAsString() + " in a cache policy");
        };
    }

    private static Selection cookies(@Nullable CachePolicyCookiesConfig config) {
        if (config == null) return Selection.NONE;
        return switch (Objects.requireNonNull(config.cookieBehavior(), "CookieBehavior")) {
            case NONE -> Selection.NONE;
            case WHITELIST -> Names.only(names(config.cookies()));
            case ALL_EXCEPT -> Names.allExcept(names(config.cookies()));
            case ALL -> Selection.ALL;
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable("has cookie behavior " + config.cookieBehaviorAsString() + " in a cache policy");
        };
    }

    private static Selection queryStrings(@Nullable CachePolicyQueryStringsConfig config) {
        if (config == null) return Selection.NONE;
        return switch (Objects.requireNonNull(config.queryStringBehavior(), "QueryStringBehavior")) {
            case NONE -> Selection.NONE;
            case WHITELIST -> Names.only(names(config.queryStrings()));
            case ALL_EXCEPT -> Names.allExcept(names(config.queryStrings()));
            case ALL -> Selection.ALL;
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable(
                        "has query string behavior " + config.queryStringBehaviorAsString() + " in a cache policy");
        };
    }

    private static List<String> without(List<String> names, String name) {
        return names.stream().filter(other -> !other.equals(name)).toList();
    }
}
