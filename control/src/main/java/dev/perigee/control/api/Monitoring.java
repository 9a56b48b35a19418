package dev.perigee.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** CloudWatch, whichever of its protocols is spoken. */
@FunctionalInterface
public interface Monitoring {
    /**
     * Carries out one operation.
     *
     * @return the members of the answer; times in it are instants
     */
    ObjectNode handle(String operation, JsonNode request) throws Refused;
}
