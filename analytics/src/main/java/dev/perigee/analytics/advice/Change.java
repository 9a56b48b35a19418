package dev.perigee.analytics.advice;

import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Selection;
import java.util.ArrayList;
import java.util.List;

/** Something to set otherwise. */
public sealed interface Change {

    /** The distribution as it would be. */
    Distribution applied(Distribution to);

    /** What a user reads. */
    String text();

    /**
     * Another cache policy for one behavior.
     *
     * @param behavior its place in matching order
     * @param compress whether the behavior compresses then
     */
    record Policy(int behavior, CachePolicy policy, boolean compress, String text) implements Change {
        @Override
        public Distribution applied(Distribution to) {
            List<Behavior> behaviors = new ArrayList<>(to.behaviors());
            behaviors.set(behavior, to.behaviors().get(behavior).with(policy));
            return with(to, behaviors);
        }

        /** What differs from another policy, made to a third: so that several changes of one policy go together. */
        Policy onTop(CachePolicy original, CachePolicy changed) {
            CachePolicy together = new CachePolicy(
                    changed.id(),
                    Math.max(changed.minTtl(), policy.minTtl()),
                    Math.max(changed.defaultTtl(), policy.defaultTtl()),
                    Math.max(changed.maxTtl(), policy.maxTtl()),
                    changed.gzip() || policy.gzip(),
                    changed.brotli() || policy.brotli(),
                    policy.headers().equals(original.headers()) ? changed.headers() : policy.headers(),
                    policy.cookies().equals(original.cookies()) ? changed.cookies() : policy.cookies(),
                    policy.queryStrings().equals(original.queryStrings())
                            ? changed.queryStrings()
                            : policy.queryStrings());
            return new Policy(behavior, together, compress, text);
        }
    }

    /** Fewer edges serve, at lower prices. */
    record Prices(String priceClass, String text) implements Change {
        @Override
        public Distribution applied(Distribution to) {
            return to;
        }
    }

    /** Errors of one status are kept longer. */
    record Errors(int status, long seconds, String text) implements Change {
        /** Nothing that is a hit or a miss is another by it. */
        @Override
        public Distribution applied(Distribution to) {
            return to;
        }
    }

    private static Distribution with(Distribution to, List<Behavior> behaviors) {
        return to.toBuilder().behaviors(behaviors).build();
    }

    /** A selection without these names, as the API can say it. */
    static Selection without(Selection selection, List<String> dropped, List<String> needed, boolean legacy) {
        int listed = 10; // quota of names in a cache policy
        return switch (selection.mode()) {
            case NONE -> selection;
            case LIST ->
                Selection.of(selection.names().stream()
                        .filter(name -> !dropped.contains(name))
                        .toList());
            case ALL, ALL_EXCEPT -> {
                List<String> all =
                        new ArrayList<>(selection.mode() == Selection.Mode.ALL ? List.of() : selection.names());
                all.addAll(dropped);
                boolean except = !legacy && all.size() <= listed;
                yield except ? Selection.allExcept(all) : Selection.of(needed);
            }
        };
    }
}
