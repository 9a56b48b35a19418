package dev.perigee.app.console;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the console looks at of a request before it does anything. */
record Asked(
        String method,
        URI uri,
        @Nullable String host,
        @Nullable String origin,
        @Nullable String site) {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    static Asked of(HttpExchange exchange) {
        return new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders().getFirst("Host"),
                exchange.getRequestHeaders().getFirst("Origin"),
                exchange.getRequestHeaders().getFirst("Sec-Fetch-Site"));
    }

    /**
     * Why a browser should not have sent this, or null. A page elsewhere can have its own name resolve to 127.0.0.1 (DNS
     * rebinding), and then the Host field still carries that name; or it can send requests whose answers it may not read, and
     * then Origin or Sec-Fetch-Site tell.
     */
    @Nullable
    String misled() {
        if (host == null || !LOOPBACK_NAMES.contains(nameOf(host))) return "the Host field must name this machine";
        if (origin != null && !origin.equals("http://" + host.toLowerCase(Locale.ROOT)))
            return "other pages may not ask";
        boolean elsewhere = site != null && (site.equals("cross-site") || site.equals("same-site"));
        // A link to the console is fine; what it links to loads the rest by itself.
        return elsewhere && path().startsWith("/api/") ? "other pages may not ask" : null;
    }

    private static String nameOf(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
    }

    String path() {
        String path = uri.getRawPath();
        return path == null ? "" : path;
    }

    /** The first value of a parameter; empty when there is none. */
    String query(String name) {
        String query = uri.getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            if (pair.startsWith(name + "="))
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
        }
        return "";
    }
}
