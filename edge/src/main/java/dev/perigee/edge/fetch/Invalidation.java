package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.edge.store.PurgeSet;
import dev.perigee.edge.store.Store;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The extension {@code unsafe-method-invalidation}: a change at the origin makes what is stored invalid. */
final class Invalidation {
    private final Store store;
    private final Flights flights;

    Invalidation(Store store, Flights flights) {
        this.store = store;
        this.flights = flights;
    }

    /**
     * RFC 9111 section 4.4: after a non-error response to an unsafe method, the target's stored responses are invalid, and
     * those of Location and Content-Location where they name the same host.
     */
    void after(Ask ask, ResponseHead head) {
        boolean unsafe = switch (ask.method()) {
            case GET, HEAD, OPTIONS -> false;
            case PUT, POST, PATCH, DELETE -> true;
        };
        if (!unsafe || head.status() >= 400) return;
        List<CacheKey> keys = new ArrayList<>(3);
        keys.add(key(ask, ask.request()));
        for (String name : List.of("Location", "Content-Location")) {
            RequestHead named = named(ask.request(), head.fields().first(name));
            if (named != null) keys.add(key(ask, named));
        }
        // Fetches first: one that lands later is not listed, one that has landed is found by the sweep.
        PurgeSet targets = PurgeSet.exactly(keys);
        flights.purge(targets);
        store.purge(targets);
    }

    /** Only path and query matter. */
    private static CacheKey key(Ask ask, RequestHead request) {
        CachePolicy policy = ask.behavior().cachePolicy();
        return CacheKey.of(ask.distribution().id(), policy, Method.GET, request);
    }

    private static @Nullable RequestHead named(RequestHead request, @Nullable String reference) {
        if (reference == null) return null;
        try {
            URI base = new URI("http://" + request.host() + request.path());
            URI uri = base.resolve(new URI(reference));
            if (uri.getRawPath() == null || !base.getRawAuthority().equalsIgnoreCase(uri.getRawAuthority()))
                return null;
            return new RequestHead(
                    "GET", uri.getRawPath(), uri.getRawQuery(), request.host(), request.version(), Fields.EMPTY);
        } catch (URISyntaxException | IllegalArgumentException notResolvable) {
            return null;
        }
    }
}
