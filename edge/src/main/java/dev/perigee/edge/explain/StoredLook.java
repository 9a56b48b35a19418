package dev.perigee.edge.explain;

import dev.perigee.core.cache.CacheDecision;
import dev.perigee.core.cache.CacheDecisions;
import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.KeyDifference;
import dev.perigee.core.cache.Storability;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.ByteRanges;
import dev.perigee.core.http.Conditions;
import dev.perigee.core.http.RangeOutcome;
import dev.perigee.core.http.RequestHead;
import dev.perigee.edge.fetch.Variants;
import dev.perigee.edge.store.History;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.disk.DiskTier;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is stored, looked at without being asked for. Any thread that may wait for the disk. */
public final class StoredLook {
    private static final int LOOKED_AT_MAX = 2_000_000;
    private static final int CONSIDERED_MAX = 10_000;
    private static final int NEAREST_MAX = 5;

    private final Store store;
    private final DiskTier disk;
    private final InstantSource clock;
    private final @Nullable Variants variants;

    public StoredLook(Store store, DiskTier disk, InstantSource clock, @Nullable Variants variants) {
        this.store = store;
        this.disk = disk;
        this.clock = clock;
        this.variants = variants;
    }

    record Found(
            Step lookup,
            Step decision,
            String result,
            int status,
            @Nullable Cause cause) {}

    CacheKey select(CacheKey key, RequestHead request) {
        return variants == null ? key : variants.select(key, request);
    }

    /** What is stored under the key, in memory or on disk, and what would be done with it for this request. */
    Found look(CacheKey key, RequestHead request) {
        StoredResponse response = store.look(key);
        String where = "memory";
        if (response == null && disk.lists(key)) {
            response = disk.look(key);
            where = "disk";
        }
        if (response == null) return absent(key);
        long now = clock.millis();
        Step lookup = new Step(
                "lookup",
                "stored",
                "The " + where + " of this edge has a response with this key.",
                facts(response, now));
        Step decision = decision(CacheDecisions.decide(response, now));
        boolean error = response.status() >= 400;
        if (response.fresh(now) || decision.outcome().startsWith("serve"))
            return new Found(
                    lookup,
                    decision,
                    error ? "Error" : "Hit",
                    status(response, request),
                    error ? Cause.of(Cause.ERROR) : null);
        String cause = error ? Cause.ERROR : response.freshnessLifetimeSeconds() == 0 ? Cause.TTL_ZERO : Cause.EXPIRED;
        return new Found(lookup, decision, "Miss", 0, Cause.of(cause));
    }

    /** What the request's preconditions and its Range make of what is stored. */
    private static int status(StoredResponse response, RequestHead request) {
        int plain = response.status();
        return switch (Conditions.evaluate(request, plain, response.etag(), response.lastModified())) {
            case NOT_MODIFIED -> 304;
            case FAILED -> 412;
            case PROCEED -> {
                String range = plain == 200 && request.method().equals("GET")
                        ? request.fields().first("Range")
                        : null;
                boolean counts = range != null
                        && response.contentLength() >= 0
                        && Conditions.rangeApplies(request, response.etag(), response.lastModified());
                yield !counts
                        ? plain
                        : switch (ByteRanges.parse(range, response.contentLength())) {
                            case RangeOutcome.Whole _ -> plain;
                            case RangeOutcome.Satisfiable _ -> 206;
                            case RangeOutcome.Unsatisfiable _ -> 416;
                        };
            }
        };
    }

    private static Step decision(CacheDecision decided) {
        return switch (decided) {
            case CacheDecision.Serve _ -> new Step("decide", "serve", "It is fresh.");
            case CacheDecision.ServeWhileRevalidating _ ->
                new Step(
                        "decide",
                        "serve while revalidating",
                        "It is stale, by less than its stale-while-revalidate; the origin is asked in the background.");
            case CacheDecision.Revalidate _ ->
                new Step(
                        "decide",
                        "revalidate",
                        "It is stale and has a validator: RefreshHit if the origin answers 304, else Miss.");
            case CacheDecision.Fetch _ -> new Step("decide", "fetch", "It is stale and has no validator.");
        };
    }

    private Found absent(CacheKey key) {
        List<Near> nearest = nearest(key);
        Cause cause = switch (store.history().of(key)) {
            case null -> firstTime(nearest);
            case History.Past.Purged _ -> new Cause(Cause.INVALIDATED, "An invalidation has covered it.", nearest);
            case History.Past.Stored _ ->
                new Cause(Cause.EVICTED, "It was stored, and had to make room for others.", nearest);
            case History.Past.NotStored(Storability.Reason reason) -> notStored(reason, nearest);
        };
        Step lookup =
                new Step("lookup", "not stored", "Neither memory nor disk of this edge has a response with this key.");
        return new Found(lookup, new Step("decide", "fetch", cause.why()), "Miss", 0, cause);
    }

    private static Cause firstTime(List<Near> nearest) {
        if (nearest.isEmpty())
            return new Cause(Cause.FIRST_TIME, "Nobody has asked this edge for it, as far as it remembers.", nearest);
        Near near = nearest.getFirst();
        String why = "What is stored for this path differs in " + String.join(", ", near.texts()) + ".";
        return new Cause(near.differs().getFirst().part().cause(), why, nearest);
    }

    private static Cause notStored(Storability.Reason reason, List<Near> nearest) {
        String last = "The origin's last answer was not stored: ";
        return switch (reason) {
            case PRIVATE -> new Cause(Cause.PRIVATE, last + "Cache-Control has private.", nearest);
            case NO_STORE -> new Cause(Cause.PRIVATE, last + "Cache-Control has no-store.", nearest);
            case AUTHORIZATION ->
                new Cause(
                        Cause.PRIVATE,
                        last + "the request had Authorization and the answer allows no sharing.",
                        nearest);
            case NO_CACHE -> new Cause(Cause.TTL_ZERO, last + "Cache-Control has no-cache.", nearest);
            case TTL_ZERO -> new Cause(Cause.TTL_ZERO, last + "its time to live is 0.", nearest);
            case CACHING_DISABLED -> new Cause(Cause.TTL_ZERO, last + "the cache policy has a MaxTTL of 0.", nearest);
            case ERROR_NOT_CACHED ->
                new Cause(
                        Cause.ERROR,
                        last + "it was an error that is kept only with a max-age, or whose ErrorCachingMinTTL is 0.",
                        nearest);
            case STATUS -> new Cause(Cause.ERROR, last + "its status is none that is cached.", nearest);
            case PARTIAL_CONTENT -> new Cause(Cause.ERROR, last + "it was a part nobody had asked for.", nearest);
            case VARY_ANY -> new Cause(Cause.PRIVATE, last + "Vary has *.", nearest);
            case METHOD -> new Cause(Cause.TTL_ZERO, last + "the method is not cached.", nearest);
        };
    }

    /** What is stored under other keys of the same path, the least different first. */
    private List<Near> nearest(CacheKey key) {
        Map<CacheKey, Near> found = new LinkedHashMap<>();
        int looked = 0;
        for (CacheKey each : store.keys()) {
            if (++looked > LOOKED_AT_MAX) break;
            consider(key, each, found);
        }
        for (CacheKey each : store.history().stored()) if (disk.lists(each)) consider(key, each, found);
        return found.values().stream()
                .sorted(Comparator.comparingInt((Near near) -> near.differs().size())
                        .thenComparing(near -> near.key().toString()))
                .limit(NEAREST_MAX)
                .toList();
    }

    private static void consider(CacheKey key, CacheKey other, Map<CacheKey, Near> found) {
        List<KeyDifference> differs = KeyDifference.between(key, other);
        if (differs == null || differs.isEmpty() || found.size() >= CONSIDERED_MAX) return;
        found.put(other, new Near(other, differs));
    }

    private static Map<String, Object> facts(StoredResponse response, long now) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("status", response.status());
        facts.put("ageSeconds", response.currentAgeSeconds(now));
        facts.put("ttlSeconds", response.freshnessLifetimeSeconds());
        facts.put("freshForSeconds", -response.stalenessSeconds(now));
        put(facts, "cacheControl", response.fields().joined("Cache-Control"));
        put(facts, "expires", response.fields().joined("Expires"));
        put(facts, "etag", response.fields().first("ETag"));
        return facts;
    }

    private static void put(Map<String, Object> facts, String name, @Nullable String value) {
        if (value != null) facts.put(name, value);
    }
}
