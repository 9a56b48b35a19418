package dev.perigee.app.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Popular;
import dev.perigee.core.traffic.Traffic;
import dev.perigee.core.traffic.TrafficSample;
import dev.perigee.edge.traffic.TrafficLedger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an edge has counted: all since it started by distribution, the last seconds one by one, and the last minute closely. */
final class TrafficView {
    private static final int LIVE_SECONDS = 60;
    private static final int POPULAR = 20;

    private TrafficView() {}

    /** @param now in seconds since 1970, by the clock of the wall */
    static ObjectNode of(TrafficLedger ledger, long now) {
        ObjectNode document = AdminAnswer.object();
        var distributions = document.putArray("distributions");
        new TreeMap<>(ledger.totals()).forEach((id, traffic) -> {
            billed(counts(distributions.addObject().put("id", id), traffic), traffic);
        });
        Map<Long, Traffic> bySecond = new TreeMap<>();
        List<TrafficSample> live = ledger.live(0);
        for (TrafficSample sample : live) bySecond.merge(sample.second(), sample.traffic(), Traffic::plus);
        var seconds = document.putArray("seconds");
        bySecond.forEach((second, traffic) -> counts(seconds.addObject().put("second", second), traffic));
        document.set("live", live(ledger, live, now - LIVE_SECONDS + 1));
        return document;
    }

    private static void billed(ObjectNode shown, Traffic traffic) {
        shown.putObject("billed")
                .put("sent", traffic.get(Count.BILLED_SENT))
                .put("toOrigin", traffic.get(Count.BILLED_TO_ORIGIN))
                .put("http", traffic.get(Count.BILLED_HTTP))
                .put("https", traffic.get(Count.BILLED_HTTPS))
                .put("httpProxied", traffic.get(Count.BILLED_HTTP_PROXIED))
                .put("httpsProxied", traffic.get(Count.BILLED_HTTPS_PROXIED));
    }

    private static ObjectNode live(TrafficLedger ledger, List<TrafficSample> samples, long from) {
        ObjectNode shown = AdminAnswer.object().put("from", from).put("seconds", LIVE_SECONDS);
        Map<String, Traffic> minute = new TreeMap<>();
        for (TrafficSample sample : samples) {
            if (sample.second() >= from) minute.merge(sample.distribution(), sample.traffic(), Traffic::plus);
        }
        Traffic all = minute.values().stream().reduce(Traffic.NONE, Traffic::plus);
        detailed(shown, all);
        var distributions = shown.putArray("distributions");
        minute.forEach((id, traffic) -> detailed(distributions.addObject().put("id", id), traffic));
        popular(shown.putArray("topUrls"), ledger.urls(from, POPULAR));
        popular(shown.putArray("topMisses"), ledger.misses(from, POPULAR));
        return shown;
    }

    private static void detailed(ObjectNode shown, Traffic traffic) {
        counts(shown, traffic);
        billed(shown, traffic);
        ObjectNode statuses = shown.putObject("statuses");
        ObjectNode results = shown.putObject("results");
        TrafficMetrics.STATUSES.forEach((name, count) -> putSome(statuses, name, traffic.get(count)));
        TrafficMetrics.RESULTS.forEach((name, count) -> putSome(results, name, traffic.get(count)));
        ObjectNode countries = shown.putObject("countries");
        traffic.countries().byCode().forEach(countries::put);
        ObjectNode taken = shown.putObject("taken");
        Latencies latencies = traffic.taken();
        ArrayNode steps = taken.putArray("steps");
        for (int step : latencies.steps()) steps.add(step);
        ArrayNode counts = taken.putArray("counts");
        for (long count : latencies.counts()) counts.add(count);
    }

    private static void putSome(ObjectNode shown, String name, long value) {
        if (value > 0) shown.put(name, value);
    }

    private static void popular(ArrayNode shown, List<Popular> paths) {
        for (Popular each : paths) {
            shown.addObject()
                    .put("distribution", each.distribution())
                    .put("path", each.path())
                    .put("requests", each.requests())
                    .put("sent", each.sent());
        }
    }

    private static ObjectNode counts(ObjectNode shown, Traffic traffic) {
        return shown.put("requests", traffic.get(Count.REQUESTS))
                .put("sent", traffic.get(Count.SENT))
                .put("hits", traffic.get(Count.HIT))
                .put("misses", traffic.get(Count.MISS))
                .put("refreshHits", traffic.get(Count.REFRESH_HIT))
                .put("errors4xx", traffic.get(Count.STATUS_4XX))
                .put("errors5xx", traffic.get(Count.STATUS_5XX))
                .put("p50Millis", traffic.taken().percentileMicros(50) / 1000)
                .put("p99Millis", traffic.taken().percentileMicros(99) / 1000);
    }
}
