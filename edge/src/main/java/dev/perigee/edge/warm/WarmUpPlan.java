package dev.perigee.edge.warm;

import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Selection;
import dev.perigee.wire.PlanDocument;
import java.util.List;

/** One distribution as most people have it: everything by path, but for what is asked with a query. */
final class WarmUpPlan {
    static final String HOST = "warm-up.cloudfront.net";
    /** Paths, each the length of its content in octets. */
    static final String SMALL = "/1024";

    static final String MEDIUM = "/16384";
    static final String LARGE = "/131072";
    static final String HUGE = "/2097152";
    /** A path that is stored by its query too. */
    static final String BY_QUERY = "/by-query";

    private static final long DAY = 86_400;
    private static final String ID = "EWARMUP";

    private WarmUpPlan() {}

    static byte[] document(int originPort) {
        Origin origin =
                Origin.builder("origin", "localhost").httpPort(originPort).build();
        Distribution distribution = Distribution.builder(
                        ID,
                        HOST,
                        List.of(behavior(BY_QUERY, origin, Selection.ALL), behavior("*", origin, Selection.NONE)))
                .build();
        return PlanDocument.encode(new Plan(1, List.of(distribution), List.of(), 0, ID));
    }

    private static Behavior behavior(String pattern, Origin origin, Selection queries) {
        CachePolicy policy = new CachePolicy(ID, 1, DAY, 365 * DAY, true, true, List.of(), Selection.NONE, queries);
        return Behavior.builder(pattern, origin, policy).compress(true).build();
    }
}
