package dev.perigee.analytics.advice;

/** Something that a cache key is made from besides the path. */
record Feature(Kind kind, String name) {
    enum Kind {
        QUERY,
        COOKIE,
        HEADER
    }
}
