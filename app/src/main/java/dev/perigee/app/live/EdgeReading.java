package dev.perigee.app.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * What one edge's admin listener said just now.
 *
 * @param traffic of {@code /traffic}; missing when it did not answer
 * @param status of {@code /status}
 * @param failure why it did not answer; empty when it did
 */
public record EdgeReading(String pop, JsonNode traffic, JsonNode status, String failure) {
    /** Of an edge that does not answer. */
    public static EdgeReading failed(String pop, String why) {
        return new EdgeReading(pop, MissingNode.getInstance(), MissingNode.getInstance(), why);
    }
}
