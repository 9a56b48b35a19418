package dev.perigee.core.http;

import java.util.Set;

/**
 * Header fields that CloudFront keeps to itself: no function sees or sets one, and no policy (developer guide, "Restrictions on edge
 * functions", disallowed headers).
 */
public final class KeptFields {
    private static final Set<String> NAMES = Set.of(
            "connection",
            "expect",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "trailer",
            "upgrade",
            "x-accel-buffering",
            "x-accel-charset",
            "x-accel-limit-rate",
            "x-accel-redirect",
            "x-amzn-auth",
            "x-amzn-cf-billing",
            "x-amzn-cf-id",
            "x-amzn-cf-xff",
            "x-amzn-errortype",
            "x-amzn-fle-profile",
            "x-amzn-header-count",
            "x-amzn-header-order",
            "x-amzn-lambda-integration-tag",
            "x-amzn-requestid",
            "x-cache",
            "x-forwarded-proto",
            "x-real-ip");

    private KeptFields() {}

    /** Whether the field of this name, in lower case, is one of them. */
    public static boolean has(String lowerName) {
        return lowerName.startsWith("x-amz-cf-") || lowerName.startsWith("x-edge-") || NAMES.contains(lowerName);
    }
}
