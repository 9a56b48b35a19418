package dev.perigee.core.log;

/**
 * Some events of a log group.
 *
 * @param streamPrefix what their streams' names begin with; empty for all
 * @param fromMillis since 1970
 * @param toMillis exclusive
 * @param most so many of them
 * @param newest whether the last ones are wanted, or the first ones
 */
public record LogQuery(String group, String streamPrefix, long fromMillis, long toMillis, int most, boolean newest) {
    public static final int MOST_MAX = 20_000;

    public LogQuery {
        if (most < 1 || most > MOST_MAX) throw new IllegalArgumentException(most + " events");
    }
}
