package dev.perigee.control.monitoring;

import dev.perigee.core.traffic.TrafficSample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all edges have counted. */
@FunctionalInterface
public interface TrafficSource {
    /**
     * The traffic of a time.
     *
     * @param distribution its id, null for all
     * @param from in seconds since 1970
     * @param to exclusive
     */
    List<TrafficSample> between(@Nullable String distribution, long from, long to);
}
