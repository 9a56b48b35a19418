package dev.perigee.function;

import dev.perigee.core.http.Grammar;
import dev.perigee.core.plan.EdgeFunction.Event;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Which headers functions see, which they may not change, and what may stand in them. */
final class HeaderRules {
    private static final Set<String> FORBIDDEN = Set.of(
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
    private static final Set<String> FIXED_IN_REQUESTS = Set.of("content-length", "host", "transfer-encoding", "via");
    private static final Set<String> FIXED_IN_RESPONSES = Set.of("warning", "via", "transfer-encoding");

    private HeaderRules() {}

    /** Neither seen nor set by functions. */
    static boolean isForbidden(String lowerName) {
        return lowerName.startsWith("x-amz-cf-") || lowerName.startsWith("x-edge-") || FORBIDDEN.contains(lowerName);
    }

    /** Seen, and not to be set. */
    static boolean isFixed(Event event, String lowerName) {
        return switch (event) {
            case VIEWER_REQUEST -> FIXED_IN_REQUESTS.contains(lowerName) || lowerName.startsWith("cloudfront-");
            case VIEWER_RESPONSE -> FIXED_IN_RESPONSES.contains(lowerName);
        };
    }

    static void checkName(String where, String name) throws Invalid {
        if (!name.equals(name.toLowerCase(Locale.ROOT)))
            throw new Invalid(where + " must have header names in lower case.");
        if (!Grammar.isToken(name)) throw new Invalid(where + " has a name that is none: '" + shown(name) + "'.");
        if (isForbidden(name)) throw new Invalid(where + " must not have the header " + name + ".");
    }

    /** The value as it is sent: in octets, each a character. */
    static String checkedValue(String where, String name, String value) throws Invalid {
        String octets = octets(value);
        if (!Grammar.isFieldValue(octets)) {
            throw new Invalid(where + " has a control character in the value of " + shown(name) + ".");
        }
        return octets.strip();
    }

    /** Text that does not fit octets is sent as UTF-8. */
    static String octets(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff)
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        }
        return text;
    }

    /** For messages, which end up in logs. */
    static String shown(String text) {
        String cut = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    /** The first letter of each word is a capital. */
    static String written(String lowerName) {
        StringBuilder name = new StringBuilder(lowerName);
        boolean first = true;
        for (int i = 0; i < name.length(); i++) {
            if (first) name.setCharAt(i, Character.toUpperCase(name.charAt(i)));
            first = name.charAt(i) == '-';
        }
        return name.toString();
    }
}
