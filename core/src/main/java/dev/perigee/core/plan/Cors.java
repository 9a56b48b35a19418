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
 * @param preflight further headers for preflight requests; names in Access-Control-Allow-Headers may have wildcards
 */
public record Cors(List<String> origins, boolean override, List<Field> always, List<Field> preflight) {
    private static final String SCHEME_END = "://";

    public Cors {
        origins = List.copyOf(origins);
        always = List.copyOf(always);
        preflight = List.copyOf(preflight);
        if (origins.isEmpty()) throw new IllegalArgumentException("CORS without an allowed origin");
    }

    /** An origin or a pattern of origins, cut at its delimiters. */
    private record Parts(
            @Nullable String scheme, String host, @Nullable String port) {
        static Parts of(String origin) {
            int end = origin.indexOf(SCHEME_END);
            String authority = end < 0 ? origin : origin.substring(end + SCHEME_END.length());
            int colon = authority.lastIndexOf(':');
            boolean hasPort = colon > authority.lastIndexOf(']');
            return new Parts(
                    end < 0 ? null : origin.substring(0, end),
                    hasPort ? authority.substring(0, colon) : authority,
                    hasPort ? authority.substring(colon + 1) : null);
        }

        /** As this pattern says; the documentation's examples are the specification. */
        boolean allows(Parts origin) {
            if (scheme != null && !scheme.equals(origin.scheme())) return false;
            if (!Wildcards.matches(host, origin.host())) return false;
            if (port == null) return origin.port() == null;
            if (origin.port() == null) return port.equals("*");
            return Wildcards.matches(port, origin.port());
        }
    }

    /** Value of Access-Control-Allow-Origin for a request from this origin, or null when it is not allowed. */
    public @Nullable String allowOrigin(String origin) {
        if (origins.contains("*")) return "*";
        Parts wanted = Parts.of(origin.toLowerCase(Locale.ROOT));
        for (String pattern : origins) {
            if (Parts.of(pattern).allows(wanted)) return origin;
        }
        return null;
    }
}
