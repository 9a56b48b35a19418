package dev.perigee.analytics.advice;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.serve.Routes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much less origins would be asked if edges kept their errors longer. */
final class ErrorAdvice {
    /** Of the distribution's requests to origins: less is not worth it. */
    private static final double SHARE_MIN = 0.01;

    private static final int SAVED_MIN = 5;
    /** Of what was asked again within the time: when more of it had recovered, viewers would miss it. */
    private static final double RECOVERED_MAX = 0.02;
    /** Of what the longest time could save. */
    private static final double NEARLY_ALL = 0.95;
    /** What is missing may be missing for long; what is broken is hoped to be mended soon. */
    private static final long[] OF_MISSING = {60, 300, 3_600};

    private static final long[] OF_BROKEN = {30, 60, 300};
    /** Of those that are kept without the origin's word (developer guide, "Control how long CloudFront caches errors"). */
    private static final List<Integer> KEPT = List.of(404, 414, 500, 501, 502, 503, 504);

    private final Distribution distribution;
    private final Traffic traffic;
    private final OriginPrices prices;
    private final double factor;
    private final boolean monthly;
    private final double hitRatio;
    private final List<Place> places = new ArrayList<>();
    private final double quick;

    private record Place(String pop, CacheKey key) {}

    ErrorAdvice(
            Distribution distribution,
            Traffic traffic,
            OriginPrices prices,
            double factor,
            boolean monthly,
            double hitRatio) {
        this.distribution = distribution;
        this.traffic = traffic;
        this.prices = prices;
        this.factor = factor;
        this.monthly = monthly;
        this.hitRatio = hitRatio;
        for (LoggedRequest request : traffic.requests()) places.add(place(request));
        this.quick = traffic.requests().stream()
                .filter(request -> request.answer() == null)
                .mapToDouble(LoggedRequest::seconds)
                .average()
                .orElse(0);
    }

    private Place place(LoggedRequest request) {
        Behavior behavior = Routes.behavior(distribution, request.head().path());
        CacheKey key = CacheKey.of(
                distribution.id(),
                behavior.cachePolicy(),
                request.method(),
                request.head(),
                request.head().fields()::first);
        return new Place(request.pop(), key);
    }

    /** One for each status that is worth it. */
    List<Advice> all() {
        var all = new ArrayList<Advice>();
        long asked = traffic.requests().stream()
                .filter(request -> request.answer() != null)
                .count();
        for (int status : KEPT) {
            Advice advice = of(status, Math.max(SAVED_MIN, SHARE_MIN * asked));
            if (advice != null) all.add(advice);
        }
        return all;
    }

    /** The shortest time that brings nearly all. */
    private @Nullable Advice of(int status, double worth) {
        long now = distribution.errorCachingMinTtl(status);
        Kept before = kept(status, now);
        var ways = new ArrayList<Kept>();
        for (long seconds : status < 500 ? OF_MISSING : OF_BROKEN) {
            Kept kept = kept(status, seconds);
            if (seconds > now && kept.recovered() <= RECOVERED_MAX * (kept.saved() + kept.recovered())) ways.add(kept);
        }
        long most = 0;
        for (Kept each : ways) most = Math.max(most, each.saved());
        for (Kept each : ways) {
            long saved = each.saved() - before.saved();
            if (saved >= worth && each.saved() >= NEARLY_ALL * most) return advice(status, each, before);
        }
        return null;
    }

    private Advice advice(int status, Kept then, Kept before) {
        long saved = then.saved() - before.saved();
        double usd = then.usd() - before.usd();
        double seconds = then.seconds() - before.seconds();
        String text = "keep errors of status " + status + " for " + then.ttl() + " s (ErrorCachingMinTTL) instead of "
                + distribution.errorCachingMinTtl(status) + " s";
        String risk = "Viewers may get an error for up to " + then.ttl()
                + " s after the origin is mended, unless it is invalidated. Of what was logged, "
                + (then.recovered() == 0 ? "nothing" : then.recovered() + " of " + (saved + then.recovered()))
                + " had recovered within that time.";
        return new Advice(
                distribution,
                new Change.Errors(status, then.ttl(), text),
                distribution.id() + " (" + distribution.domainName() + ")",
                usd * factor,
                1000 * seconds / traffic.requests().size(),
                Math.round(saved * factor),
                Math.round((then.octets() - before.octets()) * factor),
                monthly,
                hitRatio,
                hitRatio,
                hitRatio,
                risk);
    }

    /**
     * What keeping errors so long would have done.
     *
     * @param saved requests to origins that would have got the same error
     * @param recovered those that got something else
     * @param seconds that viewers would have waited less
     */
    private record Kept(long ttl, long saved, long recovered, long octets, double usd, double seconds) {}

    private Kept kept(int status, long ttl) {
        Map<Place, Long> until = new HashMap<>();
        long saved = 0;
        long recovered = 0;
        long octets = 0;
        double usd = 0;
        double seconds = 0;
        for (int i = 0; i < places.size(); i++) {
            LoggedRequest request = traffic.requests().get(i);
            if (request.answer() == null) continue;
            boolean same = request.status() == status;
            if (request.second() >= until.getOrDefault(places.get(i), Long.MIN_VALUE)) {
                if (same) until.put(places.get(i), request.second() + ttl);
            } else if (same) {
                saved++;
                octets += request.sent();
                seconds += Math.max(0, request.seconds() - quick);
                Behavior by = Routes.behavior(distribution, request.head().path());
                usd += prices.usd(by.origin(), 1, request.sent());
            } else {
                recovered++;
            }
        }
        return new Kept(ttl, saved, recovered, octets, usd, seconds);
    }
}
