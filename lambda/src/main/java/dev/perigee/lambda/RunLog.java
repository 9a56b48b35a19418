package dev.perigee.lambda;

import java.time.Instant;
import java.util.List;

/** Where the runs are told of that no viewer has asked for. */
@FunctionalInterface
public interface RunLog {
    /**
     * Adds one run; never waits.
     *
     * @param function its name
     * @param start what stands before all it has written
     */
    void add(String function, String start, String requestId, Instant at, List<String> lines);
}
