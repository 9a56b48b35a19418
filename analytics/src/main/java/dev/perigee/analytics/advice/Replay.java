package dev.perigee.analytics.advice;

import dev.perigee.core.cache.CacheDecision;
import dev.perigee.core.cache.CacheDecisions;
import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.Freshness;
import dev.perigee.core.cache.Storability;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.serve.Routes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The logged requests, served again by the decisions that edges make: the same keys, the same rules for how long a response
 * stays, one cache for each PoP. What the replay leaves out: caches that are full, and what was invalidated.
 */
final class Replay {
    /** Two lines of one fetch may end some seconds apart. */
    private static final long TOGETHER_SECONDS = 10;

    private final List<LoggedRequest> requests;
    private final List<@Nullable CacheKey> keysThen = new ArrayList<>();
    private final OriginWords origin;
    /** Places of requests that found something of which the log does not have the fetch. */
    private final Set<Integer> warm = new HashSet<>();

    /** What became of a request. */
    enum Fate {
        /** Not looked up: it counts for nothing. */
        NONE,
        HIT,
        REFRESH_HIT,
        MISS
    }

    Replay(Distribution then, List<LoggedRequest> requests) {
        this.requests = requests;
        for (LoggedRequest request : requests) keysThen.add(key(then, request));
        origin = new OriginWords(requests, keysThen);
        findWarm();
    }

    /** A first request that was a hit, and no fetch by its side, found what was there before the log begins. */
    private void findWarm() {
        record Place(String pop, CacheKey key) {}
        Map<Place, Integer> first = new HashMap<>();
        for (int i = 0; i < requests.size(); i++) {
            CacheKey key = keysThen.get(i);
            LoggedRequest request = requests.get(i);
            if (key == null || !request.counts()) continue;
            Integer begun = first.putIfAbsent(new Place(request.pop(), key), i);
            if (begun == null) {
                if (request.hit()) warm.add(i);
            } else if (!request.hit() && request.second() - requests.get(begun).second() <= TOGETHER_SECONDS) {
                warm.remove(begun);
            }
        }
    }

    private static @Nullable CacheKey key(Distribution distribution, LoggedRequest request) {
        Behavior behavior = Routes.behavior(distribution, request.head().path());
        CachePolicy policy = behavior.cachePolicy();
        if (policy.cachingDisabled() || !behavior.cachedMethods().contains(request.method())) return null;
        return CacheKey.of(
                distribution.id(),
                policy,
                request.method(),
                request.head(),
                request.head().fields()::first);
    }

    List<LoggedRequest> requests() {
        return requests;
    }

    /** What each request would have been with these settings. */
    List<Fate> by(Distribution now) {
        record Place(String pop, CacheKey key) {}
        Map<Place, StoredResponse> stored = new HashMap<>();
        var fates = new ArrayList<Fate>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            LoggedRequest request = requests.get(i);
            CacheKey key = request.counts() ? key(now, request) : null;
            if (key == null) {
                fates.add(request.counts() ? Fate.MISS : Fate.NONE);
                continue;
            }
            Place place = new Place(request.pop(), key);
            long millis = request.second() * 1000;
            StoredResponse found = stored.get(place);
            ResponseHead answer = origin.to(request, keysThen.get(i));
            // What was a hit stays one: a wider key and a longer time can only make more. Times in the log are whole
            // seconds.
            Fate fate = request.hit() ? Fate.HIT : fate(found, answer, millis);
            boolean unknown = request.hit() ? found == null && warm.contains(i) : found == null || !found.fresh(millis);
            if (unknown) {
                StoredResponse kept = kept(now, request, answer, millis);
                if (kept == null) stored.remove(place);
                else stored.put(place, kept);
            }
            fates.add(fate);
        }
        return fates;
    }

    private static Fate fate(@Nullable StoredResponse found, ResponseHead answer, long millis) {
        return switch (CacheDecisions.decide(found, millis)) {
            case CacheDecision.Serve _, CacheDecision.ServeWhileRevalidating _ -> Fate.HIT;
            case CacheDecision.Revalidate(StoredResponse old, var _) ->
                same(old, answer) ? Fate.REFRESH_HIT : Fate.MISS;
            case CacheDecision.Fetch _ -> Fate.MISS;
        };
    }

    private static boolean same(StoredResponse old, ResponseHead answer) {
        String tag = answer.fields().first("ETag");
        if (tag != null && old.etag() != null) return tag.equals(old.etag());
        String modified = answer.fields().first("Last-Modified");
        return modified != null && modified.equals(old.fields().first("Last-Modified"));
    }

    private static @Nullable StoredResponse kept(
            Distribution now, LoggedRequest request, ResponseHead answer, long millis) {
        Behavior behavior = Routes.behavior(now, request.head().path());
        CacheControl cc = CacheControl.parse(answer.fields());
        // A part, or a condition that held, says that the whole was stored.
        int status = answer.status() == 206 || answer.status() == 304 ? 200 : answer.status();
        ResponseHead whole = new ResponseHead(status, answer.fields());
        return switch (Freshness.storability(
                now, behavior, request.method(), request.head(), whole, cc, Set.of(), millis / 1000)) {
            case Storability.Store(long seconds, var _) ->
                StoredResponse.of(whole, cc, behavior.cachePolicy(), seconds, millis);
            case Storability.RevalidateAlways _ -> StoredResponse.of(whole, cc, behavior.cachePolicy(), 0, millis);
            case Storability.DoNotStore _ -> null;
        };
    }
}
