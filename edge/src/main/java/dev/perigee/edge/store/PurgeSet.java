package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.plan.Purge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A batch of purges, arranged so that asking whether a key is covered costs no more for 3,000 exact paths than for one.
 * What a path covers is {@link CacheKey#coveredBy}'s to say.
 */
public final class PurgeSet {
    private final Map<String, Paths> byDistribution = new HashMap<>();

    private record Paths(Set<String> exact, List<String> wildcards) {}

    public PurgeSet(List<Purge> purges) {
        for (Purge purge : purges) {
            Paths paths = byDistribution.computeIfAbsent(
                    purge.distributionId(), _ -> new Paths(new HashSet<>(), new ArrayList<>()));
            for (String path : purge.paths()) {
                if (path.endsWith("*")) paths.wildcards.add(path);
                else paths.exact.add(path);
            }
        }
    }

    public boolean covers(CacheKey key) {
        Paths paths = byDistribution.get(key.distributionId());
        if (paths == null) return false;
        String query = key.query();
        if (paths.exact.contains(query == null ? key.path() : key.path() + '?' + query)) return true;
        for (String wildcard : paths.wildcards) {
            if (key.coveredBy(wildcard)) return true;
        }
        return false;
    }
}
