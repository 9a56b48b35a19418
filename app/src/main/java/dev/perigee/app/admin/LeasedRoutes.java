package dev.perigee.app.admin;

import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.edge.origin.OriginRoutes.Route;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Routes that someone else put into an edge for a while, such as the tour's links: they end with their lease, so that a
 * killed tour leaves no edge pointing at nothing. Times are those of {@link System#nanoTime()}.
 */
final class LeasedRoutes {
    static final Duration LEASE_MAX = Duration.ofHours(1);
    private static final int ROUTES_MAX = 1_000;

    private final OriginRoutes routes;
    private final List<Route> permanent;
    private final Map<String, Long> ends = new HashMap<>();

    LeasedRoutes(OriginRoutes routes, List<Route> permanent) {
        this.routes = routes;
        this.permanent = List.copyOf(permanent);
    }

    /** Adds or renews a route. Returns false when there are too many. */
    synchronized boolean put(Route route, Duration lease, long now) {
        if (ends.size() >= ROUTES_MAX && !ends.containsKey(route.pattern())) return false;
        routes.put(route);
        ends.put(route.pattern(), now + lease.toNanos());
        return true;
    }

    /** Removes a route before its time. Returns false when there is none. */
    synchronized boolean remove(String pattern) {
        if (ends.remove(pattern) == null) return false;
        restore(pattern);
        return true;
    }

    /** Removes what has ended. */
    synchronized void sweep(long now) {
        ends.entrySet().removeIf(entry -> {
            boolean ended = now - entry.getValue() >= 0;
            if (ended) restore(entry.getKey());
            return ended;
        });
    }

    private void restore(String pattern) {
        routes.remove(pattern);
        for (Route route : permanent) {
            if (route.pattern().equals(pattern)) routes.put(route);
        }
    }
}
