package dev.perigee.edge.broken;

import dev.perigee.control.publish.EdgeLink;

/** Breaks the rule that siblings never import each other. */
public final class EdgeThatKnowsControl {
    private EdgeThatKnowsControl() {}

    public static String name(EdgeLink link) {
        return link.pop();
    }
}
