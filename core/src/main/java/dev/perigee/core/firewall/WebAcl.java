package dev.perigee.core.firewall;

import java.util.List;

/**
 * A web ACL with everything it refers to.
 *
 * @param id its ARN
 * @param metric under which requests that no rule decided are sampled
 * @param sampled whether they are
 * @param fallback what is done with them; allow or block
 * @param steps in the order of their priority
 * @param contentMax octets of a request's content that are inspected
 */
public record WebAcl(String id, String metric, boolean sampled, RuleAction fallback, List<Step> steps, int contentMax) {
    public WebAcl {
        steps = List.copyOf(steps);
        if (fallback instanceof RuleAction.Count) throw new IllegalArgumentException("web ACL " + id + " only counts");
        if (contentMax < 0) throw new IllegalArgumentException("web ACL " + id + " inspects " + contentMax + " octets");
    }
}
