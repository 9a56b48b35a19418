package dev.perigee.edge.explain;

import java.util.List;

/**
 * Why a request is a miss.
 *
 * @param name one of {@code first-time}, {@code expired}, {@code query-string}, {@code cookie}, {@code header},
 *     {@code accept-encoding}, {@code private}, {@code ttl-zero}, {@code invalidated}, {@code evicted}, {@code error}; who
 *     asks several edges may find {@code other-pop}
 * @param why for people
 * @param nearest what is stored under other keys of the same path, the least different first
 */
public record Cause(String name, String why, List<Near> nearest) {
    static final String FIRST_TIME = "first-time";
    static final String EXPIRED = "expired";
    static final String PRIVATE = "private";
    static final String TTL_ZERO = "ttl-zero";
    static final String INVALIDATED = "invalidated";
    static final String EVICTED = "evicted";
    static final String ERROR = "error";

    public Cause {
        nearest = List.copyOf(nearest);
    }

    static Cause of(String name) {
        return new Cause(name, "", List.of());
    }
}
