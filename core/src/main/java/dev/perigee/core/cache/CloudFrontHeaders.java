package dev.perigee.core.cache;

import dev.perigee.core.geo.Location;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.tls.ClientFingerprints;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The {@code CloudFront-*} request headers that the edge makes itself. They only exist where a policy lists them; what
 * a viewer sends under such a name never counts.
 */
public final class CloudFrontHeaders {
    private static final String PREFIX = "cloudfront-";
    /** In requests for custom error pages: path and query of what has failed. */
    private static final String ERROR_URI = "cloudfront-error-uri";

    private static final String ERROR_ARGS = "cloudfront-error-args";
    /** CloudFront's limit for CloudFront-Viewer-Header-Order. */
    private static final int ORDER_MAX = 7_680;

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
        RequestHead failed = viewer.facts().failed();
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
            case "cloudfront-viewer-tls" -> viewer.facts().tls();
            case "cloudfront-viewer-ja3-fingerprint" -> {
                ClientFingerprints known = viewer.facts().fingerprints();
                yield known == null ? null : known.ja3();
            }
            case "cloudfront-viewer-ja4-fingerprint" -> {
                ClientFingerprints known = viewer.facts().fingerprints();
                yield known == null ? null : known.ja4();
            }
            case ERROR_URI -> failed == null ? null : failed.path();
            case ERROR_ARGS -> failed == null ? null : failed.query();
            case "cloudfront-viewer-header-count" ->
                Integer.toString(request.fields().size());
            case "cloudfront-viewer-header-order" -> order(request.fields());
            default -> {
                String place = place(lowerName, viewer.facts().location());
                if (place != null) yield place;
                yield viewer.certificate() == null ? null : viewer.certificate().header(lowerName);
            }
        };
    }

    private static @Nullable String place(String lowerName, Location location) {
        String value = switch (lowerName) {
            case "cloudfront-viewer-country" -> location.country();
            case "cloudfront-viewer-country-name" -> location.countryName();
            case "cloudfront-viewer-country-region" -> location.region();
            case "cloudfront-viewer-country-region-name" -> location.regionName();
            case "cloudfront-viewer-city" -> location.city();
            case "cloudfront-viewer-postal-code" -> location.postalCode();
            case "cloudfront-viewer-metro-code" -> location.metroCode();
            case "cloudfront-viewer-latitude" -> location.latitude();
            case "cloudfront-viewer-longitude" -> location.longitude();
            case "cloudfront-viewer-time-zone" -> location.timeZone();
            case "cloudfront-viewer-asn" -> location.asn();
            default -> null;
        };
        // Fields are octets; names of places go in UTF-8.
        return value == null ? null : new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The names in the order they came in, as many as there is room for. */
    private static String order(Fields fields) {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            if (order.length() + fields.name(i).length() >= ORDER_MAX) break;
            if (i > 0) order.append(':');
            order.append(fields.name(i));
        }
        return order.toString();
    }

    /** Whether a behavior asks the edge for any such header. */
    public static boolean wanted(Behavior behavior) {
        return anyReserved(behavior.cachePolicy().headers())
                || anyReserved(behavior.forwarding().headers());
    }

    /** Whether a behavior tells its origin how a viewer began its handshake. */
    public static boolean wantsFingerprints(Behavior behavior) {
        for (String name : behavior.forwarding().headers()) {
            if (name.equals("cloudfront-viewer-ja3-fingerprint") || name.equals("cloudfront-viewer-ja4-fingerprint"))
                return true;
        }
        return false;
    }

    /** Those that name what has failed, as far as a behavior tells its origin. */
    public static List<String> ofFailures(Behavior behavior) {
        List<String> forwarded = switch (behavior.forwarding().mode()) {
            case LIST, ALL_AND_CLOUDFRONT -> behavior.forwarding().headers();
            case NONE, ALL, ALL_EXCEPT, LEGACY -> List.of();
        };
        List<String> keyed = behavior.cachePolicy().headers();
        if (!anyReserved(keyed) && !anyReserved(forwarded)) return List.of();
        List<String> names = new ArrayList<>(2);
        for (String name : List.of(ERROR_URI, ERROR_ARGS)) {
            if (keyed.contains(name) || forwarded.contains(name)) names.add(name);
        }
        return names;
    }

    private static boolean anyReserved(List<String> names) {
        for (String name : names) {
            if (reserves(name)) return true;
        }
        return false;
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
