package dev.perigee.edge.fetch;

import dev.perigee.core.cache.ViewerConnection;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeLambdas;
import dev.perigee.core.plan.Failover;
import dev.perigee.core.plan.Origin;
import dev.perigee.edge.origin.RequestBody;
import dev.perigee.edge.origin.UpstreamTimes;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A request as far as the origin side needs it.
 *
 * @param requestId X-Amz-Cf-Id
 * @param content of the viewer's request, if any; used at most once
 * @param times where to note what asking the origin took, if anybody wants to know
 * @param near the viewer's event loop, on which its origin's connection is best
 */
public record Ask(
        Distribution distribution,
        Behavior behavior,
        Method method,
        RequestHead request,
        ViewerConnection viewer,
        String requestId,
        @Nullable RequestBody content,
        @Nullable UpstreamTimes times,
        Executor near) {
    private static final long MARGIN = 5;
    /** A run, and its wait for a process that loads it. */
    private static final long LAMBDA_SECONDS = 45;

    /** Longest time a whole fetch up to the response head can take, with all attempts at all origins, in seconds. */
    long patienceSeconds() {
        Failover failover = failover();
        return patienceSeconds(behavior.origin())
                + (failover == null ? 0 : patienceSeconds(failover.secondary()))
                + (failover == null ? 1 : 2) * functionSeconds()
                + MARGIN;
    }

    /** What Lambda functions may take beside one origin. */
    private long functionSeconds() {
        EdgeLambdas lambdas = behavior.lambdas();
        return lambdas == null || !lambdas.atOrigins() ? 0 : 2 * LAMBDA_SECONDS;
    }

    private static long patienceSeconds(Origin origin) {
        return (long) origin.connectionAttempts() * (origin.connectTimeout() + origin.readTimeout());
    }

    /**
     * The other origin that this request may go to, or null. CloudFront fails over for GET, HEAD and OPTIONS only. Content
     * is sent once: what the first origin has taken of it is not there for the second.
     */
    @Nullable
    Failover failover() {
        return switch (method) {
            case GET, HEAD, OPTIONS -> content == null ? behavior.failover() : null;
            case PUT, POST, PATCH, DELETE -> null;
        };
    }

    /** The same request with other content. */
    Ask with(RequestBody other) {
        return new Ask(distribution, behavior, method, request, viewer, requestId, other, times, near);
    }

    /** The same request to one origin of the group. */
    Ask of(Origin only) {
        return new Ask(distribution, behavior.of(only), method, request, viewer, requestId, content, times, near);
    }
}
