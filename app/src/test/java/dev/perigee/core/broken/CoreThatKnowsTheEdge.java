package dev.perigee.core.broken;

import dev.perigee.edge.EdgeLimits;

/** Breaks the rule that the core knows nothing around it. */
public final class CoreThatKnowsTheEdge {
    private CoreThatKnowsTheEdge() {}

    public static EdgeLimits limits() {
        return EdgeLimits.defaults();
    }
}
