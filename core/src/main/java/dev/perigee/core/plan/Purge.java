package dev.perigee.core.plan;

import java.util.List;

/**
 * One invalidation on its way to the edges.
 *
 * @param sequence position in the one ordered log of all invalidations; never reused
 * @param distributionId whose stored responses are meant
 * @param paths as given to the API: {@code /exact}, {@code /exact?query}, {@code /prefix*}
 * @param tags cache tags in lower case, without the leading {@code #}
 */
public record Purge(long sequence, String distributionId, List<String> paths, List<String> tags) {
    public Purge {
        if (sequence < 1) throw new IllegalArgumentException("purge sequence " + sequence + " is not positive");
        paths = List.copyOf(paths);
        tags = List.copyOf(tags);
    }
}
