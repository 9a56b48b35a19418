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
 * Tells what a batch of purges names. A path names the response stored under exactly that path and query, with all its
 * header and cookie variants; a trailing {@code *} names everything that begins with what stands before it (CloudFront:
 * invalidation paths).
 */
public final class PurgeMatcher {
    private final Map<String, Paths> byDistribution = new HashMap<>();

    private record Paths(Set<String> exact, List<String> prefixes) {}

    public PurgeMatcher(List<Purge> purges) {
        for (Purge purge : purges) {
            Paths paths = byDistribution.computeIfAbsent(
                    purge.distributionId(), _ -> new Paths(new HashSet<>(), new ArrayList<>()));
            for (String path : purge.paths()) {
                if (path.endsWith("*")) paths.prefixes.add(path.substring(0, path.length() - 1));
                else paths.exact.add(path);
            }
        }
    }

    public boolean matches(CacheKey key) {
        Paths paths = byDistribution.get(key.distributionId());
        if (paths == null) return false;
        String query = key.query();
        String target = query == null ? key.path() : key.path() + '?' + query;
        if (paths.exact.contains(target)) return true;
        for (String prefix : paths.prefixes) {
            if (target.startsWith(prefix)) return true;
        }
        return false;
    }
}
