package dev.perigee.control.monitoring;

import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Traffic;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metrics of AWS/CloudFront (developer guide, "Types of metrics for CloudFront"). */
enum Metric {
    REQUESTS("Requests", "None", false, Kind.SUM, Count.REQUESTS),
    BYTES_DOWNLOADED("BytesDownloaded", "None", false, Kind.SUM, Count.DOWNLOADED),
    BYTES_UPLOADED("BytesUploaded", "None", false, Kind.SUM, Count.UPLOADED),
    ERROR_RATE_4XX("4xxErrorRate", "Percent", false, Kind.RATE, Count.STATUS_4XX),
    ERROR_RATE_5XX("5xxErrorRate", "Percent", false, Kind.RATE, Count.STATUS_5XX),
    ERROR_RATE("TotalErrorRate", "Percent", false, Kind.RATE, Count.STATUS_4XX, Count.STATUS_5XX),
    ERROR_RATE_401("401ErrorRate", "Percent", true, Kind.RATE, Count.STATUS_401),
    ERROR_RATE_403("403ErrorRate", "Percent", true, Kind.RATE, Count.STATUS_403),
    ERROR_RATE_404("404ErrorRate", "Percent", true, Kind.RATE, Count.STATUS_404),
    ERROR_RATE_502("502ErrorRate", "Percent", true, Kind.RATE, Count.STATUS_502),
    ERROR_RATE_503("503ErrorRate", "Percent", true, Kind.RATE, Count.STATUS_503),
    ERROR_RATE_504("504ErrorRate", "Percent", true, Kind.RATE, Count.STATUS_504),
    CACHE_HIT_RATE("CacheHitRate", "Percent", true, Kind.HIT_RATE, Count.CACHEABLE_HIT),
    ORIGIN_LATENCY("OriginLatency", "Milliseconds", true, Kind.LATENCY, Count.MISS);

    private static final Map<String, Metric> BY_NAME = byName();

    private final String label;
    private final String unit;
    private final boolean additional;
    private final Kind kind;
    private final Count count;
    private final @Nullable Count another;

    private enum Kind {
        SUM,
        RATE,
        HIT_RATE,
        LATENCY
    }

    Metric(String label, String unit, boolean additional, Kind kind, Count count) {
        this(label, unit, additional, kind, count, null);
    }

    Metric(String label, String unit, boolean additional, Kind kind, Count count, @Nullable Count another) {
        this.label = label;
        this.unit = unit;
        this.additional = additional;
        this.kind = kind;
        this.count = count;
        this.another = another;
    }

    private static Map<String, Metric> byName() {
        Map<String, Metric> all = new HashMap<>();
        for (Metric metric : values()) all.put(metric.label, metric);
        return Map.copyOf(all);
    }

    static @Nullable Metric named(String name) {
        return BY_NAME.get(name);
    }

    String label() {
        return label;
    }

    String unit() {
        return unit;
    }

    /** Whether it is there for distributions with a monitoring subscription only. */
    boolean additional() {
        return additional;
    }

    /** What it is in some traffic; null when there is nothing that it could be of. */
    @Nullable
    Statistics of(Traffic traffic) {
        return switch (kind) {
            case SUM -> Statistics.sum(traffic.get(count), traffic.get(Count.REQUESTS));
            case RATE -> Statistics.rate(all(traffic), traffic.get(Count.REQUESTS));
            case HIT_RATE -> Statistics.rate(all(traffic), traffic.get(Count.CACHEABLE));
            case LATENCY -> latency(traffic.origin());
        };
    }

    private long all(Traffic traffic) {
        return traffic.get(count) + (another == null ? 0 : traffic.get(another));
    }

    private static @Nullable Statistics latency(Latencies latencies) {
        long count = latencies.count();
        return count == 0
                ? null
                : new Statistics(
                        latencies.sumMicros() / 1000,
                        (double) count,
                        latencies.minMicros() / 1000,
                        latencies.maxMicros() / 1000,
                        latencies);
    }
}
