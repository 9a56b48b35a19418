package dev.perigee.core.cache;

import dev.perigee.core.plan.CachePolicy;
import org.jspecify.annotations.Nullable;

/** The decisions of RFC 9111 section 4 with CloudFront's stale rules. */
public final class CacheDecisions {
    private CacheDecisions() {}

    /** A response is stale in the very second in which its age reaches its freshness lifetime. */
    public static CacheDecision decide(@Nullable StoredResponse stored, long nowMillis) {
        if (stored == null) return CacheDecision.FETCH;
        long staleness = stored.stalenessSeconds(nowMillis);
        if (staleness < 0) return CacheDecision.SERVE;
        if (!stored.mustRevalidate() && staleness < stored.staleWhileRevalidateSeconds()) {
            return CacheDecision.SERVE_WHILE_REVALIDATING;
        }
        return stored.hasValidator() ? new CacheDecision.Revalidate(stored, stored.validators()) : CacheDecision.FETCH;
    }

    /**
     * Whether a stored response may stand in for an origin that cannot be reached or that answers 5xx. CloudFront does
     * so even where the origin named no stale-if-error, unless it sent {@code stale-if-error=0}; never longer than
     * MaxTTL. A 4xx that is stored does where its origin says so: unasked, an old "not found" is no better than saying that
     * the origin is away. must-revalidate forbids it (RFC 9111 section 4.2.4; CloudFront's documents do not say).
     */
    public static boolean staleOnError(@Nullable StoredResponse stored, long nowMillis, CachePolicy policy) {
        if (stored == null || policy.cachingDisabled() || stored.status() >= 500) return false;
        if (stored.status() >= 400 && stored.staleIfErrorSeconds() < 0) return false;
        long staleness = stored.stalenessSeconds(nowMillis);
        if (staleness < 0) return true;
        if (stored.mustRevalidate()) return false;
        if (stored.staleIfErrorSeconds() >= 0) return staleness < stored.staleIfErrorSeconds();
        long heldSeconds = stored.currentAgeSeconds(nowMillis) - stored.initialAgeSeconds();
        return heldSeconds < policy.maxTtl();
    }
}
