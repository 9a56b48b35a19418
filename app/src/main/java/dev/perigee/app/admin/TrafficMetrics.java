package dev.perigee.app.admin;

import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Traffic;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What distributions' requests came to, in the text format of Prometheus. */
final class TrafficMetrics {
    static final Map<String, Count> STATUSES = statuses();
    static final Map<String, Count> RESULTS = results();
    /** Upper bounds of a request's duration, in milliseconds. */
    private static final int[] BOUNDS = {1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000};

    private static final String REQUESTS = "perigee_distribution_requests_total";
    private static final String RESULT = "perigee_distribution_results_total";
    private static final String SENT = "perigee_distribution_sent_bytes_total";
    private static final String DURATION = "perigee_distribution_request_duration_seconds";

    private final StringBuilder text;
    private final String pop;
    private final Map<String, Traffic> traffic;

    TrafficMetrics(StringBuilder text, String pop, Map<String, Traffic> traffic) {
        this.text = text;
        this.pop = pop;
        this.traffic = traffic;
    }

    private static Map<String, Count> statuses() {
        Map<String, Count> statuses = new LinkedHashMap<>();
        statuses.put("000", Count.STATUS_000);
        statuses.put("1xx", Count.STATUS_1XX);
        statuses.put("2xx", Count.STATUS_2XX);
        statuses.put("3xx", Count.STATUS_3XX);
        statuses.put("4xx", Count.STATUS_4XX);
        statuses.put("5xx", Count.STATUS_5XX);
        return statuses;
    }

    private static Map<String, Count> results() {
        Map<String, Count> results = new LinkedHashMap<>();
        results.put("Hit", Count.HIT);
        results.put("Miss", Count.MISS);
        results.put("RefreshHit", Count.REFRESH_HIT);
        results.put("Error", Count.ERROR);
        results.put("Redirect", Count.REDIRECT);
        results.put("LimitExceeded", Count.LIMIT_EXCEEDED);
        results.put("FunctionGeneratedResponse", Count.FUNCTION_GENERATED_RESPONSE);
        results.put("FunctionError", Count.FUNCTION_ERROR);
        return results;
    }

    void write() {
        if (traffic.isEmpty()) return;
        Metrics.head(text, REQUESTS, "counter", "Requests by class of status; 000 where the viewer left first.");
        counts(REQUESTS, "status", STATUSES);
        Metrics.head(text, RESULT, "counter", "Requests by x-edge-result-type.");
        counts(RESULT, "result", RESULTS);
        Metrics.head(text, SENT, "counter", "Octets sent to viewers, heads included.");
        traffic.forEach((id, counted) -> line(SENT, id, "", counted.get(Count.SENT)));
        Metrics.head(text, DURATION, "histogram", "From the request to the last octet of the response.");
        traffic.forEach((id, counted) -> durations(id, counted.taken()));
    }

    /** Of each distribution those that there are. */
    private void counts(String name, String label, Map<String, Count> kinds) {
        traffic.forEach((id, counted) -> kinds.forEach((kind, count) -> {
            long value = counted.get(count);
            if (value > 0) line(name, id, "," + label + "=\"" + kind + '"', value);
        }));
    }

    private void durations(String id, Latencies taken) {
        for (int bound : BOUNDS) {
            String le = String.format(Locale.ROOT, ",le=\"%s\"", bound / 1000.0);
            line(DURATION + "_bucket", id, le, taken.below(bound * 1000L));
        }
        line(DURATION + "_bucket", id, ",le=\"+Inf\"", taken.count());
        series(DURATION + "_sum", id, "").append(taken.sumMicros() / 1e6).append('\n');
        line(DURATION + "_count", id, "", taken.count());
    }

    private void line(String name, String id, String labels, long value) {
        series(name, id, labels).append(value).append('\n');
    }

    private StringBuilder series(String name, String id, String labels) {
        text.append(name).append("{pop=\"").append(pop).append("\",distribution=\"");
        return text.append(id).append('"').append(labels).append("} ");
    }
}
