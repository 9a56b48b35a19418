package dev.perigee.edge.fetch;

/** How a response was come by. */
public enum How {
    /** The origin sent it. */
    FETCHED,
    /** The origin sent it, but a purge came meanwhile: it is for those who were waiting. */
    FETCHED_UNLISTED,
    /** A function has made it in the place of an origin. */
    GENERATED,
    /** A page of our own, stored for a while, in place of what an origin did not send. */
    PAGE,
    /** Another request's fetch brought it. */
    JOINED,
    /** It was stored, and the origin said that it is still good. */
    REVALIDATED,
    /** It was stored and is stale, but the origin had nothing better. */
    STALE
}
