package dev.perigee.core.plan;

import dev.perigee.core.http.Field;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * CORS headers of a response headers policy; they go only to requests with an Origin header.
 *
 * @param origins allowed values of Origin in lower case: {@code *}, a whole origin, or one with wildcards such as
 *     {@code https://*.example.com} and {@code http://example.com:*}; without a scheme either scheme is meant
 * @param override whether these replace the origin's CORS headers; else one CORS header from the origin, whichever it
 *     is, keeps all of these away
 * @param always headers besides Access-Control-Allow-Origin for every allowed request
 * @param preflight further headers for OPTIONS
 */
public record Cors(List<String> origins, boolean override, List<Field> always, List<Field> preflight) {
    public Cors {
        origins = List.copyOf(origins);
        always = List.copyOf(always);
        preflight = List.copyOf(preflight);
        if (origins.isEmpty()) throw new IllegalArgumentException("CORS without an allowed origin");
    }

    /** Value of Access-Control-Allow-Origin for a request from this origin, or null when it is not allowed. */
    public @Nullable String allowOrigin(String origin) {
        String wanted = origin.toLowerCase(Locale.ROOT);
        String host = wanted.substring(wanted.indexOf("://") < 0 ? 0 : wanted.indexOf("://") + 3);
        for (String pattern : origins) {
            if (pattern.equals("*")) return "*";
            if (Wildcards.matches(pattern, pattern.contains("://") ? wanted : host)) return origin;
        }
        return null;
    }
}
