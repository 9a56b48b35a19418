package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.CacheTags;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Distribution;
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
    private final Map<String, Entries> byDistribution = new HashMap<>();
    private final Map<String, String> tagHeaders = new HashMap<>();

    private record Entries(Set<String> exact, List<String> wildcards, Set<String> tags) {}

    /** @param distributions which say what header their tags are in */
    public PurgeSet(List<Purge> purges, List<Distribution> distributions) {
        for (Purge purge : purges) {
            Entries entries = byDistribution.computeIfAbsent(
                    purge.distributionId(), _ -> new Entries(new HashSet<>(), new ArrayList<>(), new HashSet<>()));
            for (String path : purge.paths()) {
                if (path.endsWith("*")) entries.wildcards.add(path);
                else entries.exact.add(path);
            }
            entries.tags.addAll(purge.tags());
        }
        for (Distribution distribution : distributions) {
            String header = distribution.cacheTagHeader();
            if (header != null && byDistribution.containsKey(distribution.id())) {
                tagHeaders.put(distribution.id(), header);
            }
        }
    }

    /** Whatever has the distribution, path and query string of these keys; a {@code *} in them is no wildcard. */
    public static PurgeSet exactly(List<CacheKey> keys) {
        PurgeSet set = new PurgeSet(List.of(), List.of());
        for (CacheKey key : keys) {
            String query = key.query();
            set.byDistribution
                    .computeIfAbsent(
                            key.distributionId(), _ -> new Entries(new HashSet<>(), new ArrayList<>(), new HashSet<>()))
                    .exact
                    .add(query == null ? key.path() : key.path() + '?' + query);
        }
        return set;
    }

    /** Whether what is stored under this key is covered: by its path, or by a tag among its fields. */
    public boolean covers(CacheKey key, Fields stored) {
        return coversPath(key) || coversTags(key, stored);
    }

    /** Whether a path covers the key, whatever is stored there. */
    public boolean coversPath(CacheKey key) {
        Entries entries = byDistribution.get(key.distributionId());
        if (entries == null) return false;
        String query = key.query();
        if (entries.exact.contains(query == null ? key.path() : key.path() + '?' + query)) return true;
        for (String wildcard : entries.wildcards) {
            if (key.coveredBy(wildcard)) return true;
        }
        return false;
    }

    /** Whether a tag may cover what will be stored under this key, of which nothing is known yet. */
    public boolean mayCoverByTag(CacheKey key) {
        Entries entries = byDistribution.get(key.distributionId());
        return entries != null && !entries.tags.isEmpty() && tagHeaders.containsKey(key.distributionId());
    }

    private boolean coversTags(CacheKey key, Fields stored) {
        if (!mayCoverByTag(key)) return false;
        Entries entries = byDistribution.get(key.distributionId());
        String header = tagHeaders.get(key.distributionId());
        return entries != null && header != null && CacheTags.carriesAny(stored, header, entries.tags);
    }
}
