package dev.perigee.core.firewall;

import dev.perigee.core.http.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a firewall makes of a request.
 *
 * @param block how it is refused; null when it is served
 * @param inserted fields that go with it when it is served
 * @param labels that it got
 * @param matches in their order: what is to be sampled
 */
public record Outcome(
        RuleAction.@Nullable Block block, List<Field> inserted, List<String> labels, List<Match> matches) {
    /**
     * A rule, or at the end the web ACL itself, had a say.
     *
     * @param within the rule of a group that it was, null for others
     */
    public record Match(
            String metric, RuleAction action, @Nullable String within) {}
}
