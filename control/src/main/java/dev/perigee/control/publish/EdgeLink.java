package dev.perigee.control.publish;

import dev.perigee.control.resource.SampleSource.Sampled;
import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import dev.perigee.core.traffic.TrafficSample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way to one edge. At most one offer is under way at a time. */
public interface EdgeLink {
    /** Name of the edge, such as {@code IAD}. */
    String pop();

    /**
     * Hands the edge a plan document, which nobody changes afterwards, and waits for its answer.
     *
     * @return version of the plan that is in force at the edge now: the offered one, or a newer one it already had
     * @throws Exception when the edge could not be reached or refused the document; the offer is then repeated later
     */
    long offer(byte[] document) throws Exception;

    /** Requests that rules of a web ACL matched under this metric; none where the way has no place for them. */
    default Sampled samples(String webAcl, String metric, long fromMillis, long toMillis) {
        return new Sampled(List.of(), 0);
    }

    /**
     * What was counted of a distribution's requests; nothing where the way has no place for it.
     *
     * @param distribution its id, null for all
     * @param from in seconds since 1970
     * @param to exclusive
     */
    default List<TrafficSample> traffic(@Nullable String distribution, long from, long to) {
        return List.of();
    }

    /** What the edge has of a log group, in order; nothing where the way has no place for it. */
    default List<LogEvent> logEvents(LogQuery query) {
        return List.of();
    }

    /** What the edge has of a log group goes. */
    default void forgetLogGroup(String group) {}
}
