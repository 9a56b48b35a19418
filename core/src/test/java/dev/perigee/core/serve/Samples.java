package dev.perigee.core.serve;

import dev.perigee.core.http.Method;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.ErrorRule;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.EnumSet;
import java.util.List;

/** Values for tests. */
final class Samples {
    private Samples() {}

    static Behavior behavior(String pattern, long min, long byDefault, long max) {
        CachePolicy policy = new CachePolicy(
                "p", min, byDefault, max, false, false, List.of("accept"), Selection.NONE, Selection.NONE);
        return Behavior.builder(pattern, origin(), policy)
                .allowedMethods(EnumSet.allOf(Method.class))
                .build();
    }

    private static Origin origin() {
        return Origin.builder("o", "origin.example.net").build();
    }

    static Distribution distribution(List<Behavior> behaviors, List<ErrorRule> errors) {
        return Distribution.builder("E1", "d1.cloudfront.net", behaviors)
                .errors(errors)
                .build();
    }
}
