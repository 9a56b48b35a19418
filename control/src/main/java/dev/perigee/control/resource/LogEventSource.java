package dev.perigee.control.resource;

import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import java.util.List;

/** What all edges have of log groups. */
@FunctionalInterface
public interface LogEventSource {
    /** Events in order. */
    List<LogEvent> of(LogQuery query);
}
