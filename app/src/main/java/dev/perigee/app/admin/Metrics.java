package dev.perigee.app.admin;

import dev.perigee.core.traffic.Traffic;
import dev.perigee.edge.EdgeStatus;
import dev.perigee.edge.guard.SpendingLedger;
import dev.perigee.edge.log.LogStatus;
import dev.perigee.edge.log.RealtimeStatus;
import dev.perigee.edge.store.disk.DiskStatus;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An edge's counters in the text format of Prometheus. */
final class Metrics {
    private final StringBuilder text = new StringBuilder();
    private final String pop;

    private Metrics(String pop) {
        this.pop = pop;
    }

    /** @param traffic by distribution */
    static String of(EdgeStatus status, Map<String, Traffic> traffic) {
        Metrics metrics = new Metrics(status.pop());
        metrics.counter("perigee_requests_total", "Requests answered.", status.requests());
        metrics.counter("perigee_hits_total", "Requests answered from the store.", status.hits());
        metrics.counter("perigee_sent_bytes_total", "Octets sent to viewers.", status.bytes());
        metrics.counter("perigee_origin_requests_total", "Requests sent to origins.", status.originRequests());
        metrics.store(status);
        metrics.counter("perigee_plans_refused_total", "Plans that were refused.", status.plansRefused());
        metrics.counter(
                "perigee_geo_database_loaded_total",
                "Files of places that were taken.",
                status.geo().loaded());
        metrics.counter(
                "perigee_geo_database_refused_total",
                "Files of places that were refused, the one before staying in force.",
                status.geo().refused());
        metrics.counter(
                "perigee_proxy_headers_refused_total",
                "Connections of trusted proxies with a malformed PROXY header.",
                status.proxyHeadersRefused());
        metrics.counter(
                "perigee_guard_network_limited_total",
                "Requests of networks over a limit.",
                status.guards().networkLimited());
        metrics.counter(
                "perigee_guard_cap_reached_total",
                "Requests of distributions over their spending cap.",
                status.guards().capReached());
        LogStatus logs = status.logs();
        metrics.counter(
                "perigee_log_lines_dropped_total",
                "Lines of the access log that came faster than the disk took them.",
                logs.dropped());
        metrics.counter("perigee_log_lines_delivered_total", "Lines of the access log in buckets.", logs.delivered());
        metrics.counter("perigee_log_lost_bytes_total", "Log lines that no bucket took in time.", logs.lost());
        metrics.gauge("perigee_log_waiting_bytes", "Log lines that are still to be delivered.", logs.waiting());
        metrics.realtime(status.realtime());
        metrics.spending(status);
        new TrafficMetrics(metrics.text, status.pop(), new TreeMap<>(traffic)).write();
        return metrics.text.toString();
    }

    private void store(EdgeStatus status) {
        DiskStatus disk = status.disk();
        gauge("perigee_memory_stored_bytes", "Octets of responses in the memory tier.", status.storedBytes());
        gauge("perigee_memory_stored_objects", "Responses in the memory tier.", status.storedObjects());
        gauge("perigee_memory_max_bytes", "Limit of the memory tier.", status.memoryBytesMax());
        gauge("perigee_disk_serving", "1 while the disk tier answers requests.", serves(disk) ? 1 : 0);
        gauge("perigee_disk_stored_bytes", "Octets of the disk tier's files.", disk.bytes());
        gauge("perigee_disk_stored_objects", "Responses in the disk tier.", disk.objects());
        gauge("perigee_disk_max_bytes", "Limit of the disk tier.", disk.bytesMax());
        counter("perigee_disk_hits_total", "Responses read back from disk.", disk.hits());
        counter("perigee_disk_block_hits_total", "Blocks of large responses read back from disk.", disk.blockHits());
        counter("perigee_disk_written_total", "Responses and blocks written to disk.", disk.written());
        counter(
                "perigee_disk_corrupt_records_total",
                "Records and files on disk that failed their check and were not used.",
                disk.corrupt());
        counter("perigee_disk_writes_dropped_total", "Responses that came faster than the disk.", disk.dropped());
    }

    private static boolean serves(DiskStatus disk) {
        return switch (disk.state()) {
            case LOADING, SERVING, READ_ONLY -> true;
            case OFF, RETIRED -> false;
        };
    }

    private void realtime(RealtimeStatus realtime) {
        counter("perigee_realtime_records_total", "Requests that real-time logs chose.", realtime.sampled());
        counter(
                "perigee_realtime_records_dropped_total",
                "Records of real-time logs that came faster than they were written.",
                realtime.dropped());
        counter(
                "perigee_realtime_records_delivered_total",
                "Records of real-time logs that Kafka has acknowledged.",
                realtime.stream().delivered());
        counter(
                "perigee_realtime_records_lost_total",
                "Records of real-time logs that Kafka did not take in time.",
                realtime.stream().lost());
        gauge(
                "perigee_realtime_waiting_bytes",
                "Records of real-time logs on their way to Kafka.",
                realtime.stream().waiting());
    }

    private void counter(String name, String help, long value) {
        single(name, "counter", help, value);
    }

    private void gauge(String name, String help, long value) {
        single(name, "gauge", help, value);
    }

    private void single(String name, String type, String help, long value) {
        head(name, type, help);
        text.append(name)
                .append("{pop=\"")
                .append(pop)
                .append("\"} ")
                .append(value)
                .append('\n');
    }

    private void spending(EdgeStatus status) {
        if (status.guards().spending().isEmpty()) return;
        head("perigee_spending_usd", "gauge", "What distributions with a cap have cost this month, on all edges.");
        for (SpendingLedger.Spending each : status.guards().spending()) {
            text.append(String.format(
                    Locale.ROOT,
                    "perigee_spending_usd{distribution=\"%s\",pop=\"%s\"} %s%n",
                    each.distribution(),
                    pop,
                    each.usd()));
        }
    }

    private void head(String name, String type, String help) {
        head(text, name, type, help);
    }

    static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
