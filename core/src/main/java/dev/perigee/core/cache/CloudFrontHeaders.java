package dev.perigee.core.cache;

import dev.perigee.core.http.RequestHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The {@code CloudFront-*} request headers that the edge makes itself. They only exist where a policy lists them; what
 * a viewer sends under such a name never counts.
 */
public final class CloudFrontHeaders {
    private static final String PREFIX = "cloudfront-";

    private CloudFrontHeaders() {}

    /** Whether the edge alone says what stands under this name. */
    public static boolean reserves(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /**
     * The value of a header, or null when the edge has none: location, TLS fingerprints and the like are not made up.
     *
     * @param lowerName in lower case
     */
    public static @Nullable String value(String lowerName, RequestHead request, ViewerConnection viewer) {
        return switch (lowerName) {
            case "cloudfront-forwarded-proto" -> viewer.https() ? "https" : "http";
            case "cloudfront-viewer-http-version" -> request.version().number();
            case "cloudfront-viewer-address" -> viewer.address() + ':' + viewer.port();
            case "cloudfront-is-android-viewer" -> Boolean.toString(isAndroid(userAgent(request)));
            case "cloudfront-is-ios-viewer" -> Boolean.toString(isIos(userAgent(request)));
            case "cloudfront-is-mobile-viewer" -> Boolean.toString(isMobile(userAgent(request)));
            case "cloudfront-is-tablet-viewer" -> Boolean.toString(isTablet(userAgent(request)));
            case "cloudfront-is-smarttv-viewer" -> Boolean.toString(isSmartTv(userAgent(request)));
            case "cloudfront-is-desktop-viewer" -> Boolean.toString(isDesktop(userAgent(request)));
            default ->
                viewer.certificate() == null ? null : viewer.certificate().header(lowerName);
        };
    }

    /** The name as CloudFront writes it. */
    static String written(String lowerName) {
        StringBuilder name = new StringBuilder(lowerName.length());
        for (String word : lowerName.split("-", -1)) {
            if (!name.isEmpty()) name.append('-');
            name.append(
                    switch (word) {
                        case "cloudfront" -> "CloudFront";
                        case "ios" -> "IOS";
                        case "smarttv" -> "SmartTV";
                        case "asn" -> "ASN";
                        case "tls" -> "TLS";
                        case "ja3" -> "JA3";
                        case "ja4" -> "JA4";
                        case "" -> "";
                        default -> Character.toUpperCase(word.charAt(0)) + word.substring(1);
                    });
        }
        return name.toString();
    }

    private static String userAgent(RequestHead request) {
        String value = request.fields().first("User-Agent");
        return value == null ? "" : value.toLowerCase(Locale.ROOT);
    }

    private static boolean isAndroid(String agent) {
        return agent.contains("android");
    }

    private static boolean isIos(String agent) {
        return agent.contains("iphone") || agent.contains("ipad") || agent.contains("ipod");
    }

    private static boolean isSmartTv(String agent) {
        return agent.contains("smart-tv")
                || agent.contains("smarttv")
                || agent.contains("appletv")
                || agent.contains("apple tv")
                || agent.contains("googletv")
                || agent.contains("android tv")
                || agent.contains("hbbtv")
                || agent.contains("roku")
                || agent.contains("bravia")
                || agent.contains("web0s");
    }

    /** Android says "Mobile" on telephones only. */
    private static boolean isTablet(String agent) {
        if (isSmartTv(agent)) return false;
        return agent.contains("ipad")
                || agent.contains("tablet")
                || agent.contains("kindle")
                || (isAndroid(agent) && !agent.contains("mobile"));
    }

    private static boolean isMobile(String agent) {
        if (isSmartTv(agent) || isTablet(agent)) return false;
        return agent.contains("mobile")
                || agent.contains("iphone")
                || agent.contains("ipod")
                || agent.contains("windows phone")
                || agent.contains("blackberry")
                || agent.contains("opera mini");
    }

    private static boolean isDesktop(String agent) {
        return !isMobile(agent) && !isTablet(agent) && !isSmartTv(agent);
    }
}
