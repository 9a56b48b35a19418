package dev.perigee.analytics.advice;

import dev.perigee.analytics.advice.Replay.Fate;
import dev.perigee.analytics.store.RequestTable;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.serve.Routes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Replays what was logged against other settings, and says what is worth changing. */
public final class Advisor {
    private static final long MONTH_SECONDS = 30L * 24 * 3600;
    private static final long PROJECTED_SECONDS_MIN = 3600;
    private static final Comparator<Advice> RANK = Comparator.comparingDouble(Advice::usd)
            .thenComparingDouble(Advice::milliseconds)
            .thenComparingLong(Advice::originRequests)
            .reversed();

    private final RequestTable table;
    private final OriginPrices prices;
    private final @Nullable Instant since;

    /**
     * An advisor.
     *
     * @param table with what was logged
     * @param prices of origins
     * @param since what was logged before is not looked at; null for all of it
     */
    public Advisor(RequestTable table, OriginPrices prices, @Nullable Instant since) {
        this.since = since;
        this.table = table;
        this.prices = prices;
    }

    /** For all distributions of a plan, the most money first, then the most time, then the most of the origin's load. */
    public List<Advice> advise(Plan plan) throws IOException {
        var all = new ArrayList<Advice>();
        for (Distribution distribution : plan.distributions()) {
            if (distribution.enabled()) all.addAll(advise(distribution));
        }
        all.sort(RANK);
        return all;
    }

    private List<Advice> advise(Distribution distribution) throws IOException {
        Traffic traffic = Traffic.of(table, distribution, since);
        if (traffic.requests().isEmpty()) return List.of();
        var replays = new ArrayList<Replay>();
        var now = new ArrayList<Outcome>();
        for (int i = 0; i < distribution.behaviors().size(); i++) {
            Replay replay = new Replay(distribution, of(distribution, traffic.requests(), i));
            replays.add(replay);
            // By the settings of now: those of the log may be older, and what was changed since is no news.
            now.add(Outcome.of(replay.requests(), replay.by(distribution)));
        }
        var whole = Whole.of(traffic.requests(), now);
        var found = new ArrayList<Advice>();
        for (int i = 0; i < replays.size(); i++) {
            Replay replay = replays.get(i);
            Outcome then = now.get(i);
            for (Suggestions.Suggestion each : new Suggestions(distribution, i, replay.requests())
                    .all(change -> outcome(distribution, replay, change).hits() - then.hits())) {
                found.add(advice(
                        distribution, traffic, whole, then, outcome(distribution, replay, each.change()), each, i));
            }
        }
        found.addAll(new PriceAdvice(distribution, traffic, factor(traffic), monthly(traffic), whole.ratio(0)).all());
        found.addAll(new ErrorAdvice(distribution, traffic, prices, factor(traffic), monthly(traffic), whole.ratio(0))
                .all());
        found.removeIf(each -> each.usd() <= 0 && each.hitRatio() <= each.hitRatioNow());
        found.sort(RANK);
        return together(distribution, replays, now, whole, found);
    }

    private static Outcome outcome(Distribution distribution, Replay replay, Change change) {
        return Outcome.of(replay.requests(), replay.by(change.applied(distribution)));
    }

    /** The hit ratio of a distribution by its settings of now. */
    private record Whole(long hits, long counted) {
        static Whole of(List<LoggedRequest> requests, List<Outcome> behaviors) {
            return new Whole(
                    behaviors.stream().mapToLong(Outcome::hits).sum(),
                    requests.stream().filter(LoggedRequest::counts).count());
        }

        double ratio(long more) {
            return counted == 0 ? 0 : (double) (hits + more) / counted;
        }
    }

    private static List<LoggedRequest> of(Distribution distribution, List<LoggedRequest> requests, int behavior) {
        Behavior wanted = distribution.behaviors().get(behavior);
        return requests.stream()
                .filter(request -> Routes.behavior(distribution, request.head().path())
                        .pathPattern()
                        .equals(wanted.pathPattern()))
                .toList();
    }

    /** A month's, when the log is long enough to tell. */
    private static double factor(Traffic traffic) {
        double month = monthly(traffic) ? (double) MONTH_SECONDS / Math.min(MONTH_SECONDS, traffic.seconds()) : 1;
        return month * traffic.times();
    }

    private static boolean monthly(Traffic traffic) {
        return traffic.seconds() >= PROJECTED_SECONDS_MIN;
    }

    private Advice advice(
            Distribution distribution,
            Traffic traffic,
            Whole whole,
            Outcome then,
            Outcome now,
            Suggestions.Suggestion each,
            int behavior) {
        Behavior by = distribution.behaviors().get(behavior);
        long requests = then.originRequests() - now.originRequests();
        long octets = then.originOctets() - now.originOctets();
        double factor = factor(traffic);
        double usd = prices.usd(by.origin(), requests, octets) + each.usd();
        return new Advice(
                distribution,
                each.change(),
                distribution.id() + " (" + distribution.domainName() + "), behavior " + by.pathPattern(),
                usd * factor,
                1000 * (then.seconds() - now.seconds()) / traffic.requests().size(),
                Math.round(requests * factor),
                Math.round(octets * factor),
                monthly(traffic),
                whole.ratio(0),
                whole.ratio(now.hits() - then.hits()),
                0,
                each.risk());
    }

    /** Adds what those above it and each one come to together. */
    private static List<Advice> together(
            Distribution distribution, List<Replay> replays, List<Outcome> now, Whole whole, List<Advice> ranked) {
        var all = new ArrayList<Advice>();
        Map<Integer, Long> more = new HashMap<>();
        Distribution changed = distribution;
        for (Advice each : ranked) {
            if (each.change() instanceof Change.Policy policy) {
                int place = policy.behavior();
                CachePolicy original = distribution.behaviors().get(place).cachePolicy();
                CachePolicy sofar = changed.behaviors().get(place).cachePolicy();
                changed = policy.onTop(original, sofar).applied(changed);
                Replay replay = replays.get(place);
                long hits = Outcome.of(replay.requests(), replay.by(changed)).hits();
                more.put(place, hits - now.get(place).hits());
            }
            long sum = more.values().stream().mapToLong(Long::longValue).sum();
            all.add(each.withAbove(whole.ratio(sum)));
        }
        return all;
    }

    /**
     * What became of the requests to a behavior.
     *
     * @param seconds that they took together
     */
    record Outcome(long hits, long originRequests, long originOctets, double seconds) {
        static Outcome of(List<LoggedRequest> requests, List<Fate> fates) {
            double quick = average(requests, true);
            double slow = Math.max(quick, average(requests, false));
            long hits = 0;
            long fetches = 0;
            long octets = 0;
            for (int i = 0; i < requests.size(); i++) {
                switch (fates.get(i)) {
                    case NONE -> {}
                    case HIT -> hits++;
                    case REFRESH_HIT -> fetches++;
                    case MISS -> {
                        fetches++;
                        octets += requests.get(i).sent();
                    }
                }
            }
            return new Outcome(hits, fetches, octets, hits * quick + fetches * slow);
        }

        private static double average(List<LoggedRequest> requests, boolean hits) {
            return requests.stream()
                    .filter(request -> request.counts() && request.hit() == hits)
                    .mapToDouble(LoggedRequest::seconds)
                    .average()
                    .orElse(0);
        }
    }
}
