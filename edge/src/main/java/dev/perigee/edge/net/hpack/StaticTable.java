package dev.perigee.edge.net.hpack;

import java.util.HashMap;
import java.util.Map;

/** RFC 7541 appendix A. */
final class StaticTable {
    static final int SIZE = 61;

    private static final String[] ENTRIES = {
        ":authority",
        "",
        ":method",
        "GET",
        ":method",
        "POST",
        ":path",
        "/",
        ":path",
        "/index.html",
        ":scheme",
        "http",
        ":scheme",
        "https",
        ":status",
        "200",
        ":status",
        "204",
        ":status",
        "206",
        ":status",
        "304",
        ":status",
        "400",
        ":status",
        "404",
        ":status",
        "500",
        "accept-charset",
        "",
        "accept-encoding",
        "gzip, deflate",
        "accept-language",
        "",
        "accept-ranges",
        "",
        "accept",
        "",
        "access-control-allow-origin",
        "",
        "age",
        "",
        "allow",
        "",
        "authorization",
        "",
        "cache-control",
        "",
        "content-disposition",
        "",
        "content-encoding",
        "",
        "content-language",
        "",
        "content-length",
        "",
        "content-location",
        "",
        "content-range",
        "",
        "content-type",
        "",
        "cookie",
        "",
        "date",
        "",
        "etag",
        "",
        "expect",
        "",
        "expires",
        "",
        "from",
        "",
        "host",
        "",
        "if-match",
        "",
        "if-modified-since",
        "",
        "if-none-match",
        "",
        "if-range",
        "",
        "if-unmodified-since",
        "",
        "last-modified",
        "",
        "link",
        "",
        "location",
        "",
        "max-forwards",
        "",
        "proxy-authenticate",
        "",
        "proxy-authorization",
        "",
        "range",
        "",
        "referer",
        "",
        "refresh",
        "",
        "retry-after",
        "",
        "server",
        "",
        "set-cookie",
        "",
        "strict-transport-security",
        "",
        "transfer-encoding",
        "",
        "user-agent",
        "",
        "vary",
        "",
        "via",
        "",
        "www-authenticate",
        ""
    };

    private static final HpackField[] FIELDS = new HpackField[SIZE + 1];
    private static final Map<String, Integer> BY_NAME = new HashMap<>();

    static {
        for (int i = 0; i < SIZE; i++) {
            FIELDS[i + 1] = new HpackField(ENTRIES[2 * i], ENTRIES[2 * i + 1]);
            BY_NAME.putIfAbsent(ENTRIES[2 * i], i + 1);
        }
    }

    private StaticTable() {}

    /** The entry of an index from 1 to {@link #SIZE}. */
    static HpackField field(int index) {
        return FIELDS[index];
    }

    /** Index of the first entry of this name, or 0. */
    static int indexOf(String name) {
        Integer index = BY_NAME.get(name);
        return index == null ? 0 : index;
    }
}
