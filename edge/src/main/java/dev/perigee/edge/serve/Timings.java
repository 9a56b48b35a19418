package dev.perigee.edge.serve;

import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.serve.ServerTiming;
import dev.perigee.core.serve.ServerTiming.Source;
import dev.perigee.core.serve.ServerTiming.Upstream;
import dev.perigee.edge.origin.UpstreamTimes;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Adds Server-Timing to responses, where the response headers policy wants it. */
final class Timings {
    private final String pop;

    Timings(String pop) {
        this.pop = pop;
    }

    /** Whether the behavior has such headers at all; nothing is measured otherwise. */
    static boolean wanted(@Nullable Behavior behavior) {
        ResponseHeadersPolicy policy = behavior == null ? null : behavior.responseHeaders();
        return policy != null && policy.serverTimingRate() != null;
    }

    /** To be called when the head is ready to be sent. */
    void add(Exchange x) {
        Behavior behavior = x.behavior();
        ResponseHeadersPolicy policy = behavior == null ? null : behavior.responseHeaders();
        Double rate = policy == null ? null : policy.serverTimingRate();
        if (rate == null) return;
        boolean sampled = rate >= 100 || ThreadLocalRandom.current().nextDouble() * 100 < rate;
        if (!sampled && !ServerTiming.isAskedFor(x.received().fields().joined("Pragma"))) return;
        UpstreamTimes times = x.times;
        Upstream upstream = times == null ? null : times.upstream();
        Source source = source(x, upstream);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - x.startedNanos());
        String own = ServerTiming.value(source, upstream, pop, x.idText(), millis);
        String merged = ServerTiming.merged(x.fields.joined(ServerTiming.NAME), own, source);
        x.fields = x.fields.toBuilder().set(ServerTiming.NAME, merged).build();
        // The rendered head is that of every response.
        x.presentation = null;
    }

    private static Source source(Exchange x, @Nullable Upstream upstream) {
        if (x.result == CacheResult.REFRESH_HIT) return Source.REFRESH;
        if (upstream != null) return Source.MISS;
        return x.age >= 0 ? Source.HIT : Source.EDGE;
    }
}
