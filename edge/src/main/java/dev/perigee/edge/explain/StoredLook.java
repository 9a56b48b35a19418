package dev.perigee.edge.explain;

import dev.perigee.core.cache.CacheDecision;
import dev.perigee.core.cache.CacheDecisions;
import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.RequestHead;
import dev.perigee.edge.fetch.Variants;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.disk.DiskTier;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is stored, looked at without being asked for. Any thread. */
public final class StoredLook {
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
            @Nullable String cause) {}

    CacheKey select(CacheKey key, RequestHead request) {
        return variants == null ? key : variants.select(key, request);
    }

    Found look(CacheKey key) {
        StoredResponse response = store.look(key);
        if (response == null && disk.lists(key)) return onDisk();
        long now = clock.millis();
        Step lookup = response == null
                ? new Step("lookup", "not stored", "Neither memory nor disk of this edge has a response with this key.")
                : new Step(
                        "lookup",
                        "stored",
                        "The memory of this edge has a response with this key.",
                        facts(response, now));
        return switch (CacheDecisions.decide(response, now)) {
            case CacheDecision.Serve _ -> found(lookup, "serve", "It is fresh.", "Hit", response, null);
            case CacheDecision.ServeWhileRevalidating _ ->
                found(
                        lookup,
                        "serve while revalidating",
                        "It is stale, by less than its stale-while-revalidate; the origin is asked in the background.",
                        "Hit",
                        response,
                        null);
            case CacheDecision.Revalidate _ ->
                found(
                        lookup,
                        "revalidate",
                        "It is stale and has a validator: RefreshHit if the origin answers 304, else Miss.",
                        "Miss",
                        null,
                        "expired");
            case CacheDecision.Fetch _ ->
                response == null
                        ? found(lookup, "fetch", "There is nothing to serve.", "Miss", null, null)
                        : found(lookup, "fetch", "It is stale and has no validator.", "Miss", null, "expired");
        };
    }

    /** Reading it would count as a use, so it is only said that it may be there. */
    private static Found onDisk() {
        Step lookup = new Step(
                "lookup", "on disk", "The disk of this edge has a response with this key, or with the same hash.");
        Step decision = new Step("decide", "recall", "It is read from disk, and served if it is fresh.");
        return new Found(lookup, decision, "Hit", 0, null);
    }

    private static Found found(
            Step lookup,
            String outcome,
            String why,
            String result,
            @Nullable StoredResponse served,
            @Nullable String cause) {
        boolean error = served != null && served.status() >= 400;
        return new Found(
                lookup,
                new Step("decide", outcome, why),
                error ? "Error" : result,
                served == null ? 0 : served.status(),
                cause);
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
