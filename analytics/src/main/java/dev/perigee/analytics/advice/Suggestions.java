package dev.perigee.analytics.advice;

import dev.perigee.core.cache.Compression;
import dev.perigee.core.cost.PriceRegion;
import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What might be set otherwise for one behavior, as far as its requests give reason for it. */
final class Suggestions {
    private static final int REQUESTS_MIN = 20;
    /** Of its requests: less is not worth a change. */
    private static final double GAIN_MIN = 0.005;
    /** Of the repeated fetches: when more brought something new, a longer time would show what is old. */
    private static final double NEWS_MAX = 0.02;
    /** Of what a longer time could bring. */
    private static final double NEARLY_ALL = 0.95;

    private static final long[] TTLS = {3_600, 86_400, 604_800};
    /** What texts of some kilobytes lose at the edge's levels, roughly. */
    private static final double COMPRESSED_AWAY = 0.65;

    private final int place;
    private final Behavior behavior;
    private final CachePolicy policy;
    private final List<LoggedRequest> requests;

    /** @param usd saved with what was logged, besides the origin's */
    record Suggestion(Change change, double usd, String risk) {}

    Suggestions(Distribution distribution, int place, List<LoggedRequest> requests) {
        this.place = place;
        this.behavior = distribution.behaviors().get(place);
        this.policy = behavior.cachePolicy();
        this.requests = requests;
    }

    /** @param gain how many more hits a change brings */
    List<Suggestion> all(ToLongFunction<Change> gain) {
        var all = new ArrayList<Suggestion>();
        if (requests.stream().filter(LoggedRequest::counts).count() < REQUESTS_MIN || policy.cachingDisabled())
            return all;
        double worth = GAIN_MIN * requests.size();
        List<Suggestion> narrower = keys();
        narrower.removeIf(each -> gain.applyAsLong(each.change()) < Math.max(1, worth));
        all.addAll(narrower);
        Suggestion longer = longer(gain, worth);
        if (longer != null) all.add(longer);
        Suggestion joint = joint(all, gain, worth);
        if (joint != null) all.add(joint);
        Suggestion compressed = compressed();
        if (compressed != null) all.add(compressed);
        return all;
    }

    // ---- keys

    private List<Suggestion> keys() {
        Differences.Found found = new Differences(policy, requests).find();
        var all = new ArrayList<Suggestion>();
        for (Feature.Kind kind : Feature.Kind.values()) {
            List<String> dropped = names(found.droppable(), kind);
            if (!dropped.isEmpty()) all.add(narrower(kind, dropped, names(found.needed(), kind)));
        }
        return all;
    }

    private static List<String> names(Set<Feature> features, Feature.Kind kind) {
        return features.stream()
                .filter(feature -> feature.kind() == kind)
                .map(Feature::name)
                .sorted()
                .toList();
    }

    private Suggestion narrower(Feature.Kind kind, List<String> dropped, List<String> needed) {
        boolean legacy = policy.id().equals("legacy");
        CachePolicy narrow = new CachePolicy(
                policy.id(),
                policy.minTtl(),
                policy.defaultTtl(),
                policy.maxTtl(),
                policy.gzip(),
                policy.brotli(),
                kind == Feature.Kind.HEADER
                        ? policy.headers().stream()
                                .filter(name -> !dropped.contains(name))
                                .toList()
                        : policy.headers(),
                kind == Feature.Kind.COOKIE
                        ? Change.without(policy.cookies(), dropped, needed, legacy)
                        : policy.cookies(),
                kind == Feature.Kind.QUERY
                        ? Change.without(policy.queryStrings(), dropped, needed, legacy)
                        : policy.queryStrings());
        String what = switch (kind) {
            case QUERY -> "query parameter";
            case COOKIE -> "cookie";
            case HEADER -> "header";
        };
        String many = dropped.size() == 1 ? what : what + "s";
        String text = "drop " + many + " " + String.join(", ", dropped.subList(0, Math.min(12, dropped.size())))
                + (dropped.size() > 12 ? " and " + (dropped.size() - 12) + " others" : "") + " from the cache key";
        String risk = "All that were logged got the same response whatever the " + many
                + " said; if one makes a difference that was not logged, viewers get each other's response. The origin no"
                + " longer sees it, unless an origin request policy forwards it.";
        return new Suggestion(new Change.Policy(place, narrow, behavior.compress(), text), 0, risk);
    }

    /** What each alone does not bring, since another one still keeps requests apart. */
    private @Nullable Suggestion joint(List<Suggestion> found, ToLongFunction<Change> gain, double worth) {
        List<Suggestion> narrower = keys();
        long sum = 0;
        for (Suggestion each : found) sum += gain.applyAsLong(each.change());
        List<Suggestion> all = with(narrower, longest());
        if (all.size() < 2) return null;
        long most = gain.applyAsLong(together(all).change());
        // Where the parts bring it one by one, they are advice enough.
        if (most < sum + Math.max(1, 10 * worth)) return null;
        List<Suggestion> parts = needed(narrower, most, gain);
        return parts.size() < 2 ? null : together(parts);
    }

    /** Of all that was tried together no more than what brings nearly as much: each part has a risk of its own. */
    private List<Suggestion> needed(List<Suggestion> narrower, long most, ToLongFunction<Change> gain) {
        List<Suggestion> parts = with(narrower, gentlest(narrower, most, gain));
        for (Suggestion each : narrower) {
            List<Suggestion> fewer =
                    parts.stream().filter(part -> !part.equals(each)).toList();
            if (!fewer.isEmpty() && gain.applyAsLong(together(fewer).change()) >= NEARLY_ALL * most) parts = fewer;
        }
        return parts;
    }

    /** The shortest time beside narrower keys, best none at all. */
    private @Nullable Suggestion gentlest(List<Suggestion> narrower, long most, ToLongFunction<Change> gain) {
        if (!narrower.isEmpty() && gain.applyAsLong(together(narrower).change()) >= NEARLY_ALL * most) return null;
        for (long ttl : TTLS) {
            for (Change.Policy change : longer(ttl)) {
                Suggestion longer = new Suggestion(change, 0, riskOfAge(ttl));
                if (gain.applyAsLong(together(with(narrower, longer)).change()) >= NEARLY_ALL * most) return longer;
            }
        }
        return longest();
    }

    private static List<Suggestion> with(List<Suggestion> some, @Nullable Suggestion more) {
        var all = new ArrayList<>(some);
        if (more != null) all.add(more);
        return all;
    }

    private Suggestion together(List<Suggestion> parts) {
        CachePolicy together = policy;
        var texts = new ArrayList<String>();
        var risks = new ArrayList<String>();
        for (Suggestion part : parts) {
            if (!(part.change() instanceof Change.Policy change)) continue;
            together = change.onTop(policy, together).policy();
            texts.add(change.text());
            risks.add(part.risk());
        }
        Change all = new Change.Policy(place, together, behavior.compress(), String.join("; ", texts));
        return new Suggestion(all, 0, String.join(" ", risks));
    }

    // ---- times

    /** Responses that the origin forbids to share are never kept on its behalf: MinTTL would override that. */
    private boolean forbids() {
        for (LoggedRequest request : requests) {
            ResponseHead answer = request.answer();
            if (answer != null && CacheControl.parse(answer.fields()).forbidsReuse()) return true;
        }
        return false;
    }

    private @Nullable Suggestion longer(ToLongFunction<Change> gain, double worth) {
        if (news() > NEWS_MAX) return null;
        long most = 0;
        for (long ttl : TTLS) most = Math.max(most, most(ttl, gain));
        if (most < Math.max(1, worth)) return null;
        for (long ttl : TTLS) {
            for (Change.Policy change : longer(ttl)) {
                if (gain.applyAsLong(change) >= NEARLY_ALL * most) return new Suggestion(change, 0, riskOfAge(ttl));
            }
        }
        return null;
    }

    private long most(long ttl, ToLongFunction<Change> gain) {
        long most = 0;
        for (Change.Policy change : longer(ttl)) most = Math.max(most, gain.applyAsLong(change));
        return most;
    }

    private @Nullable Suggestion longest() {
        if (news() > NEWS_MAX) return null;
        List<Change.Policy> ways = longer(TTLS[1]);
        return ways.isEmpty() ? null : new Suggestion(ways.getLast(), 0, riskOfAge(TTLS[1]));
    }

    /** The gentler way first: what the origin says of a time is followed, unless only MinTTL helps. */
    private List<Change.Policy> longer(long ttl) {
        var ways = new ArrayList<Change.Policy>();
        if (policy.defaultTtl() < ttl || policy.maxTtl() < ttl) {
            ways.add(ttl(
                    policy.minTtl(),
                    Math.max(policy.defaultTtl(), ttl),
                    Math.max(policy.maxTtl(), ttl),
                    "raise DefaultTTL to " + ttl + " s" + (policy.maxTtl() < ttl ? " and MaxTTL with it" : "")));
        }
        if (policy.minTtl() < ttl && !forbids()) {
            ways.add(ttl(
                    ttl,
                    Math.max(policy.defaultTtl(), ttl),
                    Math.max(policy.maxTtl(), ttl),
                    "raise MinTTL to " + ttl + " s, over what the origin says"));
        }
        return ways;
    }

    private Change.Policy ttl(long min, long usual, long max, String text) {
        CachePolicy longer = new CachePolicy(
                policy.id(),
                min,
                usual,
                max,
                policy.gzip(),
                policy.brotli(),
                policy.headers(),
                policy.cookies(),
                policy.queryStrings());
        return new Change.Policy(place, longer, behavior.compress(), text);
    }

    private static String riskOfAge(long ttl) {
        return "What was logged did not change when it was fetched again; if it does, viewers see the old for up to "
                + ttl + " s, unless it is invalidated.";
    }

    /** The share of repeated fetches that brought something else. */
    private double news() {
        record Place(String pop, String path, Map<Feature, String> values) {}
        Map<Place, String> before = new HashMap<>();
        long repeated = 0;
        long changed = 0;
        for (LoggedRequest request : requests) {
            if (request.signature() == null) {
                if (request.result().equals("RefreshHit")) repeated++;
                continue;
            }
            String old = before.put(
                    new Place(request.pop(), request.head().target(), Differences.values(policy, request)),
                    request.signature());
            if (old == null) continue;
            repeated++;
            if (!old.equals(request.signature())) changed++;
        }
        return repeated == 0 ? 0 : (double) changed / repeated;
    }

    // ---- compression

    private @Nullable Suggestion compressed() {
        if (behavior.compress() && policy.gzip() && policy.brotli()) return null;
        CachePolicy both = new CachePolicy(
                policy.id(),
                policy.minTtl(),
                policy.defaultTtl(),
                policy.maxTtl(),
                true,
                true,
                policy.headers(),
                policy.cookies(),
                policy.queryStrings());
        Behavior then = behavior.toBuilder().compress(true).cachePolicy(both).build();
        if (policy.id().equals("legacy")) return null;
        Map<String, Boolean> paths = new HashMap<>();
        for (LoggedRequest request : requests) {
            ResponseHead answer = request.answer();
            if (answer != null) paths.put(request.head().path(), compressible(then, request, answer));
        }
        double usd = 0;
        for (LoggedRequest request : requests) {
            boolean smaller = request.browser()
                    && request.status() == 200
                    && request.method().name().equals("GET");
            if (!smaller || !paths.getOrDefault(request.head().path(), false)) continue;
            usd += PriceRegion.of(request.pop()).microUsd(Math.round(request.sent() * COMPRESSED_AWAY), 0, 0) / 1e6;
        }
        if (usd <= 0) return null;
        Change change = new Change.Policy(place, both, true, "compress with Brotli and gzip at the edge");
        String risk =
                "Estimated: texts become 65 % smaller. Each object is kept once for each way of compressing, so the hit"
                        + " ratio falls a little; strong entity tags become weak.";
        return new Suggestion(change, usd, risk);
    }

    private static boolean compressible(Behavior then, LoggedRequest request, ResponseHead answer) {
        Fields asked = Fields.of("Accept-Encoding", "gzip, br");
        return Compression.of(then, request.head().with(asked), answer, true) != Compression.NONE;
    }
}
