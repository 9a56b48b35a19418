package dev.perigee.edge.net;

import dev.perigee.core.http.Grammar;
import java.util.Locale;

/** Trailer fields (RFC 9110 section 6.5): none is used, some must not even be there. */
final class Trailers {
    private Trailers() {}

    /** Whether the line is a well-formed field that may be dropped: not one of framing, routing or authentication. */
    static boolean isHarmless(String line) {
        int colon = line.indexOf(':');
        if (colon <= 0) return false;
        String name = line.substring(0, colon);
        if (!Grammar.isToken(name)
                || !Grammar.isFieldValue(line.substring(colon + 1).strip())) return false;
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "transfer-encoding",
                    "content-length",
                    "host",
                    "connection",
                    "te",
                    "trailer",
                    "upgrade",
                    "expect",
                    "range",
                    "authorization",
                    "cookie",
                    "content-encoding",
                    "content-type",
                    "content-range",
                    "cache-control" -> false;
            default -> true;
        };
    }
}
