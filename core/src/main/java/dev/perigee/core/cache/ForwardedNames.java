package dev.perigee.core.cache;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HopByHop;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Origin;

/**
 * Which of a viewer's header names a behavior lets through to the origin (developer guide, "HTTP request headers and
 * CloudFront behavior").
 */
final class ForwardedNames {
    private ForwardedNames() {}

    /** Whether the settings name the header, or name all headers: the ones that Vary may mention. */
    static boolean isChosen(Behavior behavior, String name) {
        if (isKeyed(behavior, name)) return true;
        Forwarding forwarding = behavior.forwarding();
        return switch (forwarding.mode()) {
            case NONE, LEGACY -> false;
            // CloudFront does not take Authorization in such a list: it belongs in the key, or with all headers.
            case LIST -> HopByHop.listed(forwarding.headers(), name) && !Fields.sameName(name, "Authorization");
            case ALL, ALL_AND_CLOUDFRONT -> true;
            case ALL_EXCEPT -> !HopByHop.listed(forwarding.headers(), name);
        };
    }

    static boolean isKeyed(Behavior behavior, String name) {
        return HopByHop.listed(behavior.cachePolicy().headers(), name);
    }

    /** The viewer's Host reaches a custom origin when it is chosen; S3 would not know whose bucket is meant. */
    static boolean isHostForwarded(Behavior behavior) {
        return behavior.origin().kind() == Origin.Kind.CUSTOM && isChosen(behavior, "Host");
    }

    /** What no setting lets through, or what is set apart from the viewer's field. */
    static boolean isHandledApart(String name) {
        return HopByHop.contains(name)
                || CloudFrontHeaders.reserves(name)
                || name.regionMatches(true, 0, "X-Edge-", 0, 7)
                || name.regionMatches(true, 0, "X-Amz-Cf-", 0, 9)
                || isOneOf(
                        name,
                        "Host",
                        "Cookie",
                        "Content-Length",
                        "Expect",
                        "Via",
                        "X-Forwarded-For",
                        "X-Forwarded-Proto",
                        "X-Real-IP",
                        CdnLoop.NAME);
    }

    /** ForwardedValues: these reach the origin only when listed (and then they are in the key). */
    static boolean isRemovedByLegacy(String name) {
        return isOneOf(
                name, "Accept", "Accept-Charset", "Accept-Language", "Referer", "User-Agent", "X-HTTP-Method-Override");
    }

    /**
     * With a cache policy, what goes along unasked. The documented table lets through more (Origin, Date, Content-Type
     * on a GET), yet says of a cache policy that other fields stay behind; a field outside the key that could change a
     * stored response is not worth the risk, so only those that direct caches go with every method.
     */
    static boolean isSentUnasked(String name, boolean stored) {
        if (isOneOf(name, "Cache-Control", "Pragma", "Max-Forwards")) return true;
        return !stored && isOneOf(name, "Content-Type", "Content-MD5", "Content-Encoding", "Date", "Origin", "Warning");
    }

    static boolean isRange(String name) {
        return isOneOf(name, "Range", "If-Range", "Request-Range");
    }

    static boolean isCondition(String name) {
        return isOneOf(name, "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since");
    }

    private static boolean isOneOf(String name, String... names) {
        for (String one : names) {
            if (Fields.sameName(one, name)) return true;
        }
        return false;
    }
}
