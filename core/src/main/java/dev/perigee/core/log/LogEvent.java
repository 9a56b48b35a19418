package dev.perigee.core.log;

import java.util.Comparator;

/**
 * An event of a log group.
 *
 * @param millis when it was, since 1970
 * @param pop of the edge that has it
 * @param sequence grows with each event of that edge
 * @param stream of the group
 */
public record LogEvent(long millis, String pop, long sequence, String stream, String message)
        implements Comparable<LogEvent> {
    private static final Comparator<LogEvent> ORDER = Comparator.comparingLong(LogEvent::millis)
            .thenComparing(LogEvent::pop)
            .thenComparingLong(LogEvent::sequence);

    /** By time; what is of one time, by edge and sequence. */
    @Override
    public int compareTo(LogEvent other) {
        return ORDER.compare(this, other);
    }
}
