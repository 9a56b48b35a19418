package dev.perigee.core.plan;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Lambda functions of a behavior, one an event at the most. */
public record EdgeLambdas(
        @Nullable Association viewerRequest,
        @Nullable Association originRequest,
        @Nullable Association originResponse,
        @Nullable Association viewerResponse) {
    public EdgeLambdas {
        if (viewerRequest == null && originRequest == null && originResponse == null && viewerResponse == null) {
            throw new IllegalArgumentException("no function");
        }
    }

    /**
     * A function at an event.
     *
     * @param includeBody whether it is shown the request's content
     */
    public record Association(EdgeLambda function, boolean includeBody) {}

    /** Those that there are, in the order in which they run. */
    public List<EdgeLambda> functions() {
        List<EdgeLambda> functions = new ArrayList<>(4);
        for (Association each : new Association[] {viewerRequest, originRequest, originResponse, viewerResponse}) {
            if (each != null) functions.add(each.function());
        }
        return functions;
    }

    /** Whether something runs between the cache and the origin. */
    public boolean atOrigins() {
        return originRequest != null || originResponse != null;
    }
}
