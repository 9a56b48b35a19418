package dev.perigee.edge.explain;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.KeyDifference;
import java.util.List;

/**
 * A stored response that a request misses narrowly.
 *
 * @param key what it is stored under
 * @param differs the parts in which the request's key is another; never empty
 */
public record Near(CacheKey key, List<KeyDifference> differs) {
    public Near {
        differs = List.copyOf(differs);
    }

    /** The differences for people. */
    public List<String> texts() {
        return differs.stream().map(KeyDifference::toString).toList();
    }
}
