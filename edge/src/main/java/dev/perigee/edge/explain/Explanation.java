package dev.perigee.edge.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request would get, and why.
 *
 * @param result in the words of X-Cache: Hit, Miss, Error, Redirect, LimitExceeded, FunctionGeneratedResponse,
 *     FunctionExecutionError, FunctionValidationError
 * @param status of the answer, 0 when only the origin can tell
 * @param cause why it is a miss, or an error that is stored; null where that is the request's own doing
 * @param steps in their order; the last one is where it was decided, but for a page that stands in for an error
 */
public record Explanation(
        String result,
        int status,
        @Nullable String distribution,
        @Nullable String country,
        @Nullable String behavior,
        @Nullable String key,
        @Nullable Cause cause,
        List<Step> steps) {
    public Explanation {
        steps = List.copyOf(steps);
    }
}
