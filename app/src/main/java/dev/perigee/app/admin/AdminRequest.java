package dev.perigee.app.admin;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the listener looks at of a request. */
record AdminRequest(
        String method,
        URI uri,
        @Nullable String host,
        @Nullable String token) {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    /**
     * Whether the client meant this machine. A page in a browser can have its own name resolve to 127.0.0.1 (DNS
     * rebinding); the Host field then still carries that name.
     */
    boolean meantForLoopback() {
        if (host == null) return false;
        String name = host.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
        return LOOPBACK_NAMES.contains(name);
    }

    /** Every value of a parameter, in order. */
    List<String> queries(String name) {
        List<String> values = new ArrayList<>();
        String query = uri.getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            if (pair.startsWith(name + "="))
                values.add(URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
        }
        return values;
    }

    Map<String, String> query() {
        var parameters = new HashMap<String, String>();
        String query = uri.getRawQuery();
        if (query == null) return parameters;
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }
}
