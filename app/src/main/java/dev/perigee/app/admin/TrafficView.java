package dev.perigee.app.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.Traffic;
import dev.perigee.core.traffic.TrafficSample;
import dev.perigee.edge.traffic.TrafficLedger;
import java.util.Map;
import java.util.TreeMap;

/** What an edge has counted: all since it started by distribution, and the last seconds one by one. */
final class TrafficView {
    private TrafficView() {}

    static ObjectNode of(TrafficLedger ledger) {
        ObjectNode document = AdminAnswer.object();
        var distributions = document.putArray("distributions");
        new TreeMap<>(ledger.totals()).forEach((id, traffic) -> {
            ObjectNode shown = counts(distributions.addObject().put("id", id), traffic);
            shown.putObject("billed")
                    .put("sent", traffic.get(Count.BILLED_SENT))
                    .put("toOrigin", traffic.get(Count.BILLED_TO_ORIGIN))
                    .put("http", traffic.get(Count.BILLED_HTTP))
                    .put("https", traffic.get(Count.BILLED_HTTPS))
                    .put("httpProxied", traffic.get(Count.BILLED_HTTP_PROXIED))
                    .put("httpsProxied", traffic.get(Count.BILLED_HTTPS_PROXIED));
        });
        Map<Long, Traffic> bySecond = new TreeMap<>();
        for (TrafficSample sample : ledger.live(0)) bySecond.merge(sample.second(), sample.traffic(), Traffic::plus);
        var seconds = document.putArray("seconds");
        bySecond.forEach((second, traffic) -> counts(seconds.addObject().put("second", second), traffic));
        return document;
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
