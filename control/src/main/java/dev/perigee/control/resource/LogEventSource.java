package dev.perigee.control.resource;

import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import java.util.List;

/** What all edges have of log groups. */
public interface LogEventSource {
    /** Events in order. */
    List<LogEvent> of(LogQuery query);

    /** The group is no more. */
    void forget(String group);
}
