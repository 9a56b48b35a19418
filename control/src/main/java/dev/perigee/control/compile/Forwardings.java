package dev.perigee.control.compile;

import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Selection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyCookiesConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyQueryStringsConfig;

/** What goes to the origin besides the cache key, from origin request policies and from legacy settings. */
final class Forwardings {
    private Forwardings() {}

    static Forwarding of(OriginRequestPolicy policy) {
        OriginRequestPolicyConfig config = policy.originRequestPolicyConfig();
        return new Forwarding(
                mode(config.headersConfig()),
                headers(config.headersConfig()),
                cookies(config.cookiesConfig()),
                queryStrings(config.queryStringsConfig()));
    }

    /**
     * Legacy settings: with all headers forwarded nothing is in the key, so that cookies and parameters are named here;
     * otherwise they are in the key already, except that all parameters go to the origin when some make the key.
     */
    static Forwarding legacy(ForwardedValues values) {
        boolean forwardsParameters = Boolean.TRUE.equals(values.queryString());
        Selection parameters = forwardsParameters ? Selection.ALL : Selection.NONE;
        if (CachePolicies.forwardsEveryHeader(values)) {
            return new Forwarding(
                    Forwarding.Headers.ALL, List.of(), CachePolicies.cookies(values.cookies()), parameters);
        }
        return new Forwarding(Forwarding.Headers.LEGACY, List.of(), Selection.NONE, parameters);
    }

    private static Forwarding.Headers mode(@Nullable OriginRequestPolicyHeadersConfig config) {
        if (config == null) return Forwarding.Headers.NONE;
        return switch (Objects.requireNonNull(config.headerBehavior(), "HeaderBehavior")) {
            case NONE -> Forwarding.Headers.NONE;
            case WHITELIST -> Forwarding.Headers.LIST;
            case ALL_VIEWER -> Forwarding.Headers.ALL;
            case ALL_VIEWER_AND_WHITELIST_CLOUD_FRONT -> Forwarding.Headers.ALL_AND_CLOUDFRONT;
            case ALL_EXCEPT -> Forwarding.Headers.ALL_EXCEPT;
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable(
                        "has header behavior " + config.headerBehaviorAsString() + " in an origin request policy");
        };
    }

    private static List<String> headers(@Nullable OriginRequestPolicyHeadersConfig config) {
        return switch (mode(config)) {
            case NONE, ALL, LEGACY -> List.of();
            case LIST, ALL_AND_CLOUDFRONT, ALL_EXCEPT ->
                CachePolicies.headers(config == null ? null : config.headers());
        };
    }

    private static Selection cookies(@Nullable OriginRequestPolicyCookiesConfig config) {
        if (config == null) return Selection.NONE;
        return switch (Objects.requireNonNull(config.cookieBehavior(), "CookieBehavior")) {
            case NONE -> Selection.NONE;
            case WHITELIST -> Names.only(CachePolicies.names(config.cookies()));
            case ALL_EXCEPT -> Names.allExcept(CachePolicies.names(config.cookies()));
            case ALL -> Selection.ALL;
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable(
                        "has cookie behavior " + config.cookieBehaviorAsString() + " in an origin request policy");
        };
    }

    private static Selection queryStrings(@Nullable OriginRequestPolicyQueryStringsConfig config) {
        if (config == null) return Selection.NONE;
        return switch (Objects.requireNonNull(config.queryStringBehavior(), "QueryStringBehavior")) {
            case NONE -> Selection.NONE;
            case WHITELIST -> Names.only(CachePolicies.names(config.queryStrings()));
            case ALL_EXCEPT -> Names.allExcept(CachePolicies.names(config.queryStrings()));
            case ALL -> Selection.ALL;
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable("has query string behavior " + config.queryStringBehaviorAsString()
                        + " in an origin request policy");
        };
    }
}
