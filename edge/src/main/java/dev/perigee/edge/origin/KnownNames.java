package dev.perigee.edge.origin;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One string for each field name that many responses have. Stored responses keep their names, so a copy per response would
 * take a third of the memory of a small one.
 */
final class KnownNames {
    private static final Map<String, String> NAMES = new HashMap<>();

    static {
        String[] usual = {
            "Accept-Ranges",
            "Access-Control-Allow-Origin",
            "Age",
            "Cache-Control",
            "Connection",
            "Content-Disposition",
            "Content-Encoding",
            "Content-Language",
            "Content-Length",
            "Content-Range",
            "Content-Security-Policy",
            "Content-Type",
            "Date",
            "ETag",
            "Etag",
            "Expires",
            "Last-Modified",
            "Link",
            "Location",
            "Pragma",
            "Server",
            "Server-Timing",
            "Set-Cookie",
            "Strict-Transport-Security",
            "Vary",
            "Via",
            "X-Cache",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "X-Powered-By",
            "x-amz-id-2",
            "x-amz-request-id",
            "x-amz-server-side-encryption",
            "x-amz-version-id"
        };
        for (String name : usual) {
            NAMES.put(name, name);
            String small = name.toLowerCase(Locale.ROOT);
            NAMES.put(small, small);
        }
    }

    private KnownNames() {}

    /** The same characters, in a string that others have too where possible. */
    static String shared(String name) {
        String known = NAMES.get(name);
        return known == null ? name : known;
    }
}
