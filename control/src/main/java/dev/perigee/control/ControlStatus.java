package dev.perigee.control;

import dev.perigee.control.publish.EdgeState;
import java.util.List;

/**
 * How a control plane stands.
 *
 * @param revision of the newest write
 * @param acknowledged the lowest plan version that every edge has in force
 */
public record ControlStatus(long revision, long acknowledged, long distributions, List<EdgeState> edges) {
    public ControlStatus {
        edges = List.copyOf(edges);
    }
}
