package dev.perigee.core.firewall;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a web ACL consists of. */
public sealed interface Step {
    /**
     * One rule.
     *
     * @param metric under which its requests are sampled
     * @param labels in full, which a request gets that matches
     */
    record Rule(
            String name, String metric, boolean sampled, Statement statement, RuleAction action, List<String> labels)
            implements Step {
        public Rule {
            labels = List.copyOf(labels);
        }
    }

    /**
     * Rules that are used together, custom or managed.
     *
     * @param counted whether what the group decides is only counted (OverrideAction Count)
     * @param scope what a request must match for the group to look at it; null for all
     */
    record Group(
            String name,
            String metric,
            boolean sampled,
            boolean counted,
            @Nullable Statement scope,
            List<Rule> rules) implements Step {
        public Group {
            rules = List.copyOf(rules);
        }
    }
}
