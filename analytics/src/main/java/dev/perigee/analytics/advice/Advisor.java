package dev.perigee.analytics.advice;

import dev.perigee.analytics.advice.Replay.Fate;
import dev.perigee.analytics.store.RequestTable;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.serve.Routes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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

    /**
     * An advisor.
     *
     * @param table with what was logged
     * @param prices of origins
     */
    public Advisor(RequestTable table, OriginPrices prices) {
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
        Traffic traffic = Traffic.of(table, distribution);
        if (traffic.requests().isEmpty()) return List.of();
        Replay replay = new Replay(distribution, traffic.requests());
        var then = new Outcome(distribution, traffic.requests(), replay.by(distribution));
        var found = new ArrayList<Advice>();
        for (int i = 0; i < distribution.behaviors().size(); i++) {
            List<LoggedRequest> mine = of(distribution, traffic.requests(), i);
            var worth = new Suggestions(distribution, i, mine);
            for (Suggestions.Suggestion each : worth.all(changed -> gain(distribution, replay, then, changed))) {
                Outcome now = new Outcome(
                        distribution,
                        traffic.requests(),
                        replay.by(each.change().applied(distribution)));
                found.add(advice(distribution, traffic, then, now, each, i));
            }
        }
        found.addAll(
                new PriceAdvice(distribution, traffic, factor(traffic), monthly(traffic), ratio(then, then)).all());
        found.removeIf(each -> each.usd() <= 0 && each.hitRatio() <= ratio(then, then));
        found.sort(RANK);
        return together(distribution, traffic, replay, then, found);
    }

    private long gain(Distribution distribution, Replay replay, Outcome then, Change change) {
        var now = new Outcome(distribution, then.requests(), replay.by(change.applied(distribution)));
        return now.hits() - then.hits();
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

    /** The ratio that was, and by how much the replay says that it changes: so what a replay cannot know cancels out. */
    private static double ratio(Outcome then, Outcome now) {
        if (then.counted() == 0) return 0;
        double hits = then.hitsInFact() + (double) (now.hits() - then.hits());
        return Math.clamp(hits / then.counted(), 0, 1);
    }

    private Advice advice(
            Distribution distribution,
            Traffic traffic,
            Outcome then,
            Outcome now,
            Suggestions.Suggestion each,
            int behavior) {
        Behavior by = distribution.behaviors().get(behavior);
        long requests = then.originRequests(behavior) - now.originRequests(behavior);
        long octets = then.originOctets(behavior) - now.originOctets(behavior);
        double factor = factor(traffic);
        double usd = prices.usd(by.origin(), requests, octets) + each.usd();
        return new Advice(
                distribution,
                each.change(),
                distribution.id() + " (" + distribution.domainName() + "), behavior " + by.pathPattern(),
                usd * factor,
                1000
                        * (then.seconds() - now.seconds())
                        / Math.max(1, then.requests().size()),
                Math.round(requests * factor),
                Math.round(octets * factor),
                monthly(traffic),
                ratio(then, then),
                ratio(then, now),
                0,
                each.risk());
    }

    /** Adds what those above it and each one come to together. */
    private static List<Advice> together(
            Distribution distribution, Traffic traffic, Replay replay, Outcome then, List<Advice> ranked) {
        var all = new ArrayList<Advice>();
        Distribution changed = distribution;
        for (Advice each : ranked) {
            if (each.change() instanceof Change.Policy policy) {
                Behavior original = distribution.behaviors().get(policy.behavior());
                Behavior sofar = changed.behaviors().get(policy.behavior());
                changed = policy.onTop(original.cachePolicy(), sofar.cachePolicy(), false)
                        .applied(changed);
            }
            double ratio = ratio(then, new Outcome(distribution, traffic.requests(), replay.by(changed)));
            all.add(new Advice(
                    each.distribution(),
                    each.change(),
                    each.where(),
                    each.usd(),
                    each.milliseconds(),
                    each.originRequests(),
                    each.originOctets(),
                    each.monthly(),
                    each.hitRatioNow(),
                    each.hitRatio(),
                    ratio,
                    each.risk()));
        }
        return all;
    }

    /** What a replay came to. */
    static final class Outcome {
        private final List<LoggedRequest> requests;
        private final long[] originRequests;
        private final long[] originOctets;
        private long hits;
        private long counted;
        private long hitsInFact;
        private double seconds;

        Outcome(Distribution distribution, List<LoggedRequest> requests, List<Fate> fates) {
            this.requests = requests;
            originRequests = new long[distribution.behaviors().size()];
            originOctets = new long[distribution.behaviors().size()];
            double quick = average(requests, true);
            double slow = average(requests, false);
            for (int i = 0; i < requests.size(); i++) {
                LoggedRequest request = requests.get(i);
                if (!request.counts()) continue;
                counted++;
                if (request.hit()) hitsInFact++;
                boolean hit = fates.get(i) == Fate.HIT;
                seconds += hit ? quick : slow;
                if (hit) {
                    hits++;
                    continue;
                }
                int behavior = place(distribution, request);
                originRequests[behavior]++;
                if (fates.get(i) == Fate.MISS) originOctets[behavior] += request.sent();
            }
        }

        private static int place(Distribution distribution, LoggedRequest request) {
            return distribution
                    .behaviors()
                    .indexOf(Routes.behavior(distribution, request.head().path()));
        }

        private static double average(List<LoggedRequest> requests, boolean hits) {
            return requests.stream()
                    .filter(request -> request.counts() && request.hit() == hits)
                    .mapToDouble(LoggedRequest::seconds)
                    .average()
                    .orElse(0);
        }

        List<LoggedRequest> requests() {
            return requests;
        }

        long hits() {
            return hits;
        }

        long counted() {
            return counted;
        }

        long hitsInFact() {
            return hitsInFact;
        }

        double seconds() {
            return seconds;
        }

        long originRequests(int behavior) {
            return originRequests[behavior];
        }

        long originOctets(int behavior) {
            return originOctets[behavior];
        }
    }
}
