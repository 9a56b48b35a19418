package dev.perigee.control.waf;

import dev.perigee.core.firewall.Step;
import java.util.List;

/**
 * A rule group as web ACLs refer to it.
 *
 * @param capacity that it takes in a web ACL
 */
public record RuleGroup(String name, long capacity, List<Step.Rule> rules) {
    public RuleGroup {
        rules = List.copyOf(rules);
    }
}
