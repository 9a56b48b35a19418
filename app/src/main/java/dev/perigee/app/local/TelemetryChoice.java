package dev.perigee.app.local;

import dev.perigee.edge.Telemetry;
import dev.perigee.edge.kafka.KafkaRecords;
import dev.perigee.edge.log.RecordStream;
import dev.perigee.edge.otlp.OtlpTraces;
import dev.perigee.edge.trace.RequestTraces;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Who else is told of requests.
 *
 * @param kafka for the records of real-time logs; null for nobody
 * @param budgetWebhook who is told of budgets that are spent; null for nobody
 * @param traces where spans of requests go; null for nowhere
 */
public record TelemetryChoice(
        @Nullable KafkaChoice kafka,
        @Nullable URI budgetWebhook,
        @Nullable TraceChoice traces) {
    public static final TelemetryChoice NONE = new TelemetryChoice(null, null, null);

    /** For one edge. */
    Telemetry of(String edge) {
        KafkaChoice to = kafka;
        RecordStream records = to == null ? RecordStream.NONE : new KafkaRecords(to.properties(), edge);
        TraceChoice spans = traces;
        RequestTraces traced =
                spans == null ? null : new OtlpTraces(spans.endpoint(), spans.sample(), spans.trust(), edge);
        return new Telemetry(records, new ParquetTables(), traced);
    }
}
