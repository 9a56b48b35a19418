package dev.perigee.core.cache;

import dev.perigee.core.http.Fields;

/** What to do with a request, given what is stored. Serving is not given an object of its own: hits must not allocate. */
public sealed interface CacheDecision {
    Serve SERVE = new Serve();
    ServeWhileRevalidating SERVE_WHILE_REVALIDATING = new ServeWhileRevalidating();
    Fetch FETCH = new Fetch();

    /** The stored response is fresh. */
    record Serve() implements CacheDecision {}

    /** The stored response is served stale while the origin is asked (RFC 5861 section 3). */
    record ServeWhileRevalidating() implements CacheDecision {}

    /**
     * The origin is asked whether the stored response is still good.
     *
     * @param validators If-None-Match and If-Modified-Since, as far as known
     */
    record Revalidate(StoredResponse stored, Fields validators) implements CacheDecision {}

    /** Nothing stored helps. */
    record Fetch() implements CacheDecision {}
}
