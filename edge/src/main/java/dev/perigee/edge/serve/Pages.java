package dev.perigee.edge.serve;

/** Where custom error pages come from. */
@FunctionalInterface
interface Pages {
    /**
     * Answers the request with a page in place of an error, if there is one for it.
     *
     * @param errorTtlSeconds for which the error itself is cached
     * @return false when the error is to be shown as it is
     */
    boolean answer(Exchange x, int status, long errorTtlSeconds);
}
