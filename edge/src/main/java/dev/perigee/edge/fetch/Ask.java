package dev.perigee.edge.fetch;

import dev.perigee.core.cache.ViewerConnection;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Origin;
import dev.perigee.edge.origin.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * A request as far as the origin side needs it.
 *
 * @param requestId X-Amz-Cf-Id
 * @param content of the viewer's request, if any; used at most once
 */
public record Ask(
        Distribution distribution,
        Behavior behavior,
        Method method,
        RequestHead request,
        ViewerConnection viewer,
        String requestId,
        @Nullable RequestBody content) {
    /** Longest time a whole fetch up to the response head can take, with all attempts, in seconds. */
    long patienceSeconds() {
        Origin origin = behavior.origin();
        return (long) origin.connectionAttempts() * (origin.connectTimeout() + origin.readTimeout()) + 5;
    }
}
