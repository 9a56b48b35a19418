package dev.perigee.edge.origin;

import dev.perigee.core.plan.Wildcards;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Fixed addresses for origin names, as /etc/hosts has them for a host: in {@code up} the names of S3 buckets lead to the
 * embedded S3. Empty in a fleet. Routes may change while the edge runs; connections made before stay.
 */
public final class OriginRoutes {
    private final List<Route> routes = new CopyOnWriteArrayList<>();

    /**
     * One route.
     *
     * @param pattern a lower-case host, in which a {@code *} stands for any characters
     * @param address where connections go instead
     * @param tls whether TLS is spoken there, whatever the origin's protocol policy says
     */
    public record Route(String pattern, InetSocketAddress address, boolean tls) {}

    /** Adds a route before all others, or replaces the one with the same pattern. */
    public synchronized void put(Route route) {
        remove(route.pattern());
        routes.addFirst(route);
    }

    public synchronized void remove(String pattern) {
        routes.removeIf(route -> route.pattern().equals(pattern));
    }

    /** The route for this host, or null when it is to be resolved by DNS. */
    public @Nullable Route find(String host) {
        if (routes.isEmpty()) return null;
        String name = host.toLowerCase(Locale.ROOT);
        for (Route route : routes) {
            if (Wildcards.matches(route.pattern(), name)) return route;
        }
        return null;
    }
}
