package dev.perigee.core.plan;

import java.util.List;

/**
 * Headers set on responses to the viewer.
 *
 * @param rules in the order in which they are applied
 * @param remove lower-case names taken out of the origin's response first
 */
public record ResponseHeadersPolicy(String id, List<Rule> rules, List<String> remove) {
    public ResponseHeadersPolicy {
        rules = List.copyOf(rules);
        remove = List.copyOf(remove);
    }

    /**
     * One header to set.
     *
     * @param override whether it replaces the origin's header; else it is added only where the origin sent none
     * @param cors whether it is a CORS header: those are only set when the request has an Origin header
     */
    public record Rule(String name, String value, boolean override, boolean cors) {}
}
