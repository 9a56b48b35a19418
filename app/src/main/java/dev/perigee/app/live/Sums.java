package dev.perigee.app.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.core.cost.PriceRegion;
import dev.perigee.core.traffic.Latencies;
import java.util.Map;
import java.util.TreeMap;

/** Counts of the last minute, from the documents of edges; for one thread. */
final class Sums {
    private static final double GIBIBYTE = 1L << 30;
    /** Upper bounds of the bars that are shown, in milliseconds; one more bar has what is above. */
    private static final int[] BARS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000};

    private long requests;
    private long sent;
    private long hits;
    private long misses;
    private long refreshHits;
    private long errors4xx;
    private long errors5xx;
    private Latencies taken = Latencies.NONE;
    private final Map<String, Long> statuses = new TreeMap<>();
    private final Map<String, Long> results = new TreeMap<>();
    private final Map<String, Long> countries = new TreeMap<>();

    /** Adds what an edge counted of a distribution, or of all. */
    Sums add(JsonNode counted) {
        requests += counted.path("requests").asLong();
        sent += counted.path("sent").asLong();
        hits += counted.path("hits").asLong();
        misses += counted.path("misses").asLong();
        refreshHits += counted.path("refreshHits").asLong();
        errors4xx += counted.path("errors4xx").asLong();
        errors5xx += counted.path("errors5xx").asLong();
        taken = taken.plus(latencies(counted.path("taken")));
        add(statuses, counted.path("statuses"));
        add(results, counted.path("results"));
        add(countries, counted.path("countries"));
        return this;
    }

    private static void add(Map<String, Long> sums, JsonNode counts) {
        counts.properties()
                .forEach(each -> sums.merge(each.getKey(), each.getValue().asLong(), Long::sum));
    }

    private static Latencies latencies(JsonNode taken) {
        JsonNode steps = taken.path("steps");
        JsonNode counts = taken.path("counts");
        int size = Math.min(steps.size(), counts.size());
        int[] ofSteps = new int[size];
        long[] ofCounts = new long[size];
        for (int i = 0; i < size; i++) {
            ofSteps[i] = steps.get(i).asInt();
            ofCounts[i] = counts.get(i).asLong();
        }
        return Latencies.of(ofSteps, ofCounts);
    }

    /** At CloudFront's list prices of the first tier, whatever the price class. */
    static double microUsd(String pop, JsonNode billed) {
        PriceRegion region = PriceRegion.of(pop);
        return region.microUsd(
                        billed.path("sent").asLong(),
                        billed.path("http").asLong()
                                + billed.path("httpProxied").asLong(),
                        billed.path("https").asLong()
                                + billed.path("httpsProxied").asLong())
                + billed.path("toOrigin").asLong() / GIBIBYTE * region.perGibibyteToOrigin();
    }

    long requests() {
        return requests;
    }

    /** @param closely with what each status, result, country and time came to */
    ObjectNode into(ObjectNode shown, boolean closely) {
        shown.put("requests", requests)
                .put("sent", sent)
                .put("hits", hits)
                .put("misses", misses)
                .put("refreshHits", refreshHits)
                .put("errors4xx", errors4xx)
                .put("errors5xx", errors5xx);
        long cacheable = hits + misses + refreshHits;
        // No requests, no ratio.
        if (cacheable > 0) shown.put("hitRatio", round(hits / (double) cacheable, 10_000));
        if (taken.count() > 0) {
            shown.put("p50Millis", round(taken.percentileMicros(50) / 1000, 100))
                    .put("p90Millis", round(taken.percentileMicros(90) / 1000, 100))
                    .put("p99Millis", round(taken.percentileMicros(99) / 1000, 100));
        }
        if (!closely) return shown;
        put(shown.putObject("statuses"), statuses);
        put(shown.putObject("results"), results);
        put(shown.putObject("countries"), countries);
        bars(shown.putArray("histogram"));
        return shown;
    }

    private void bars(ArrayNode shown) {
        long before = 0;
        for (int bar : BARS) {
            long below = taken.below(bar * 1000L);
            shown.addObject().put("toMillis", bar).put("requests", below - before);
            before = below;
        }
        shown.addObject().putNull("toMillis").put("requests", taken.count() - before);
    }

    private static void put(ObjectNode shown, Map<String, Long> counts) {
        counts.forEach(shown::put);
    }

    static double round(double value, int parts) {
        return Math.round(value * parts) / (double) parts;
    }
}
