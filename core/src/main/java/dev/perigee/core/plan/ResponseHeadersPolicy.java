package dev.perigee.core.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Headers set on responses to the viewer.
 *
 * @param rules in the order in which they are applied
 * @param remove lower-case names taken out of the origin's response first
 * @param cors headers for cross-origin requests
 * @param serverTimingRate percentage of responses that get a Server-Timing header, 0 to 100, besides those
 *     that ask for it; null when it is off
 */
public record ResponseHeadersPolicy(
        String id,
        List<Rule> rules,
        List<String> remove,
        @Nullable Cors cors,
        @Nullable Double serverTimingRate) {
    public ResponseHeadersPolicy {
        rules = List.copyOf(rules);
        remove = List.copyOf(remove);
        if (serverTimingRate != null && !(serverTimingRate >= 0 && serverTimingRate <= 100)) {
            throw new IllegalArgumentException("policy " + id + " samples " + serverTimingRate + " percent");
        }
    }

    /**
     * One header to set.
     *
     * @param override whether it replaces the origin's header; else it is added only where the origin sent none
     */
    public record Rule(String name, String value, boolean override) {}
}
