package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.Storability;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Purge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the newest responses from origins, so that it can be told later why a request is a miss. Written on misses
 * only, bounded, lost with the process. Safe from any thread.
 */
public final class History {
    private static final int RESPONSES_MAX = 1 << 14;
    private static final int PURGED_PATHS_MAX = 1 << 13;

    /** What became of a response. */
    public sealed interface Past {
        /** It was stored, and may have left since. */
        record Stored() implements Past {}

        /** It was stored, and a purge has taken it away. */
        record Purged() implements Past {}

        /** It was not stored. */
        record NotStored(Storability.Reason reason) implements Past {}
    }

    private static final Past PURGED = new Past.Purged();

    private record Noted(Past past, long purgeSequence) {}

    private final Map<CacheKey, Noted> entries = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<CacheKey, Noted> eldest) {
            return size() > RESPONSES_MAX;
        }
    };

    private final PurgeIndex purges = new PurgeIndex();
    private int purgedPaths;

    synchronized void stored(CacheKey key, long purgeSequence) {
        renew(key, new Noted(new Past.Stored(), purgeSequence));
    }

    /** An origin's answer was passed on and not stored. */
    public synchronized void notStored(CacheKey key, Storability.Reason reason) {
        renew(key, new Noted(new Past.NotStored(reason), 0));
    }

    private void renew(CacheKey key, Noted entry) {
        entries.remove(key);
        entries.put(key, entry);
    }

    /** What was stored under this key was found to be purged. */
    synchronized void purged(CacheKey key) {
        entries.computeIfPresent(key, (_, entry) -> new Noted(PURGED, entry.purgeSequence));
    }

    synchronized void purged(List<PurgeLog.Entry> applied) {
        for (PurgeLog.Entry entry : applied) {
            Purge purge = entry.purge();
            purgedPaths += purge.paths().size();
            // What cannot be told any more is told as eviction, which it is as likely.
            if (purgedPaths > PURGED_PATHS_MAX) {
                purges.removeUpTo(purge.sequence() - 1);
                purgedPaths = purge.paths().size();
            }
            // Those by tag are noted when a response that carries one is found: the fields are there and not here.
            purges.add(new PurgeLog.Entry(purge, null));
        }
    }

    /** What became of the newest response under this key; null when nothing is known of any. */
    public synchronized @Nullable Past of(CacheKey key) {
        Noted entry = entries.get(key);
        if (entry == null) return null;
        boolean purged = entry.past instanceof Past.Stored && purges.covers(entry.purgeSequence, key, Fields.EMPTY);
        return purged ? PURGED : entry.past;
    }

    /** The keys of all that was stored, newest last. */
    public synchronized List<CacheKey> stored() {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().past instanceof Past.Stored)
                .map(Map.Entry::getKey)
                .toList();
    }
}
