package dev.perigee.edge.net;

import java.util.Locale;

/**
 * The options of a Connection field (RFC 9110 section 7.6.1).
 *
 * @param nominatesProtected whether it names a field that must not be removed on the way: doing so could change the
 *     framing or the routing at the next hop
 */
record ConnectionOptions(boolean close, boolean keepAlive, boolean nominatesProtected) {
    static ConnectionOptions parse(String value) {
        boolean close = false;
        boolean keepAlive = false;
        boolean isProtected = false;
        int start = 0;
        while (start <= value.length()) {
            int comma = value.indexOf(',', start);
            if (comma < 0) comma = value.length();
            switch (value.substring(start, comma).strip().toLowerCase(Locale.ROOT)) {
                case "close" -> close = true;
                case "keep-alive" -> keepAlive = true;
                case "content-length",
                        "transfer-encoding",
                        "host",
                        "content-encoding",
                        "content-type",
                        "content-range",
                        "range",
                        "authorization",
                        "cookie",
                        "expect",
                        "x-forwarded-for",
                        "via",
                        "cdn-loop" -> isProtected = true;
                default -> {}
            }
            start = comma + 1;
        }
        return new ConnectionOptions(close, keepAlive, isProtected);
    }
}
