package dev.perigee.edge.fetch;

import dev.perigee.core.serve.Rejection;
import org.jspecify.annotations.Nullable;

/** How a response was come by. */
public enum How {
    /** The origin sent it. */
    FETCHED(null),
    /** The origin sent it, but a purge came meanwhile: it is for those who were waiting. */
    FETCHED_UNLISTED(null),
    /** A function has made it in the place of an origin. */
    GENERATED(null),
    /** The origin's name could not be found, and this is the page that says so, stored for a while. */
    NO_NAME(Rejection.ORIGIN_NAME),
    /** Likewise, because the origin took no connection. */
    NO_CONNECTION(Rejection.ORIGIN_CONNECTION),
    /** Likewise, because the origin did not answer in time. */
    NO_ANSWER(Rejection.ORIGIN_TIMEOUT),
    /** Another request's fetch brought it. */
    JOINED(null),
    /** It was stored, and the origin said that it is still good. */
    REVALIDATED(null),
    /** It was stored and is stale, but the origin had nothing better. */
    STALE(null);

    private final @Nullable Rejection failure;

    How(@Nullable Rejection failure) {
        this.failure = failure;
    }

    /** For a page of our own in place of what an origin did not send. */
    static How page(Rejection rejection) {
        if (rejection == Rejection.ORIGIN_NAME) return NO_NAME;
        return rejection == Rejection.ORIGIN_TIMEOUT ? NO_ANSWER : NO_CONNECTION;
    }

    /** Why it is a page of our own; null when it is not. */
    public @Nullable Rejection failure() {
        return failure;
    }
}
