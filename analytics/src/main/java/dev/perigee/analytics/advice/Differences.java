package dev.perigee.analytics.advice;

import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Selection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By what the responses of a behavior differ. What takes part in the key and makes no difference to any response that was
 * fetched could be left out of it, as far as the log tells.
 *
 * <p>One by one is no way to find that out: where each request has a parameter of its own, no two differ in another one only.
 * So the fewest are looked for that explain all differences between responses to requests for the same path.
 */
final class Differences {
    private static final int ROWS_MAX = 20_000;
    private static final int FEATURES_MAX = 64;
    /** Pairs of different requests with equal responses, without which nothing is said. */
    private static final int PAIRS_MIN = 3;
    /** One response that would be wrong weighs more than any number of hits. */
    private static final long WRONG = 1_000_000;

    private final List<Row> rows = new ArrayList<>();
    private final List<Feature> features;

    private record Row(String path, String encoding, Map<Feature, String> values, String signature) {}

    /**
     * What could go.
     *
     * @param needed without which responses would be mixed up, or of which nothing is known
     * @param droppable that made no difference
     */
    record Found(Set<Feature> needed, Set<Feature> droppable) {}

    /** @param requests to one behavior */
    Differences(CachePolicy policy, List<LoggedRequest> requests) {
        Map<Feature, Integer> seen = new LinkedHashMap<>();
        int from = 0;
        int fetched = (int) requests.stream().filter(r -> r.signature() != null).count();
        for (LoggedRequest request : requests) {
            String signature = request.signature();
            // The newest tell most.
            if (signature == null || request.status() == 304 || from++ < fetched - ROWS_MAX) continue;
            Map<Feature, String> values = values(policy, request);
            values.keySet().forEach(feature -> seen.merge(feature, 1, Integer::sum));
            String encoding = request.head().fields().first("Accept-Encoding");
            rows.add(new Row(request.head().path(), encoding == null ? "" : encoding, values, signature));
        }
        features = seen.entrySet().stream()
                .sorted(Map.Entry.<Feature, Integer>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What of the request is in the key besides its path. */
    static Map<Feature, String> values(CachePolicy policy, LoggedRequest request) {
        Map<Feature, String> values = new LinkedHashMap<>();
        split(request.head().query(), "&", Feature.Kind.QUERY, policy.queryStrings(), values);
        split(request.head().fields().first("Cookie"), "; ", Feature.Kind.COOKIE, policy.cookies(), values);
        for (String name : policy.headers()) {
            String value = name.equals("host")
                    ? request.head().host()
                    : request.head().fields().first(name);
            if (value != null) values.put(new Feature(Feature.Kind.HEADER, name), value);
        }
        return values;
    }

    private static void split(
            @Nullable String text,
            String between,
            Feature.Kind kind,
            Selection selection,
            Map<Feature, String> values) {
        if (text == null || selection.mode() == Selection.Mode.NONE) return;
        for (String part : text.split(between, -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (part.isEmpty() || !selection.includes(name)) continue;
            values.merge(new Feature(kind, name), part.substring(name.length()), (a, b) -> a + "&" + b);
        }
    }

    /** Looks for the fewest that explain all differences; what is left over could go. */
    Found find() {
        Set<Feature> needed = new LinkedHashSet<>();
        if (features.size() > FEATURES_MAX) return new Found(Set.copyOf(features), Set.of());
        // What differs with each request explains everything and proves nothing: only if nothing else does.
        explain(needed, features.stream().filter(this::repeats).toList());
        if (score(needed) < 0) needed.clear();
        explain(needed, features);
        if (score(needed) < 0) return new Found(Set.copyOf(features), Set.of());
        Set<Feature> droppable = proved(needed);
        Set<Feature> kept = new LinkedHashSet<>(features);
        kept.removeAll(droppable);
        return new Found(kept, droppable);
    }

    /** Adds, one after the other, what explains most of the differences that are left. */
    private void explain(Set<Feature> needed, List<Feature> candidates) {
        long score = score(needed);
        while (score < 0) {
            Feature best = null;
            long bestScore = score;
            for (Feature feature : candidates) {
                if (needed.contains(feature)) continue;
                Set<Feature> with = new HashSet<>(needed);
                with.add(feature);
                long one = score(with);
                if (one > bestScore) {
                    best = feature;
                    bestScore = one;
                }
            }
            if (best == null) return;
            needed.add(best);
            score = bestScore;
        }
    }

    /** Whether each of its values comes twice or more, on average. */
    private boolean repeats(Feature feature) {
        Set<String> values = new HashSet<>();
        int count = 0;
        for (Row row : rows) {
            String value = row.values().get(feature);
            if (value == null) continue;
            count++;
            values.add(value);
        }
        return 2 * values.size() <= count;
    }

    /** How many responses could have been spared if only these were in the key; far below zero if some would be wrong. */
    private long score(Set<Feature> key) {
        long score = 0;
        for (List<Row> group : groups(key)) score += agrees(group) ? group.size() - 1 : -WRONG * wrong(group);
        return score;
    }

    private Iterable<List<Row>> groups(Set<Feature> key) {
        Map<List<String>, List<Row>> groups = new HashMap<>();
        List<Feature> order = key.stream()
                .sorted(Comparator.comparing(Feature::kind).thenComparing(Feature::name))
                .toList();
        for (Row row : rows) {
            var values = new ArrayList<String>(order.size() + 2);
            values.add(row.path());
            values.add(row.encoding());
            for (Feature feature : order) values.add(row.values().getOrDefault(feature, ""));
            groups.computeIfAbsent(values, _ -> new ArrayList<>()).add(row);
        }
        return groups.values();
    }

    /**
     * Whether all are one response, or one after the other as an object that was changed: what was once replaced never comes
     * back, and each was seen more than once.
     */
    private static boolean agrees(List<Row> inTime) {
        Set<String> seen = new HashSet<>();
        String last = null;
        int run = 0;
        for (Row row : inTime) {
            if (row.signature().equals(last)) {
                run++;
                continue;
            }
            if (last != null && run < 2) return false;
            if (!seen.add(row.signature())) return false;
            last = row.signature();
            run = 1;
        }
        return seen.size() == 1 || run >= 2;
    }

    private static int wrong(List<Row> group) {
        Map<String, Integer> counts = new HashMap<>();
        int most = 0;
        for (Row row : group) most = Math.max(most, counts.merge(row.signature(), 1, Integer::sum));
        return group.size() - most;
    }

    /** Of what is not needed, that which did differ often enough where responses did not. */
    private Set<Feature> proved(Set<Feature> needed) {
        Map<Feature, Integer> pairs = new HashMap<>();
        for (List<Row> group : groups(needed)) {
            for (int i = 1; i < group.size(); i++) {
                Map<Feature, String> before = group.get(i - 1).values();
                Map<Feature, String> after = group.get(i).values();
                for (Feature feature : features) {
                    boolean differs = !before.getOrDefault(feature, "").equals(after.getOrDefault(feature, ""));
                    if (differs && !needed.contains(feature)) pairs.merge(feature, 1, Integer::sum);
                }
            }
        }
        Set<Feature> proved = new LinkedHashSet<>();
        for (Feature feature : features) {
            if (pairs.getOrDefault(feature, 0) >= PAIRS_MIN) proved.add(feature);
        }
        return proved;
    }
}
