package dev.perigee.app.local;

import dev.perigee.edge.Telemetry;
import dev.perigee.edge.kafka.KafkaRecords;
import dev.perigee.edge.log.RecordStream;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Who else is told of requests.
 *
 * @param kafka for the records of real-time logs; null for nobody
 * @param budgetWebhook who is told of budgets that are spent; null for nobody
 */
public record TelemetryChoice(
        @Nullable KafkaChoice kafka, @Nullable URI budgetWebhook) {
    public static final TelemetryChoice NONE = new TelemetryChoice(null, null);

    /** For one edge. */
    Telemetry of(String edge) {
        KafkaChoice to = kafka;
        RecordStream records = to == null ? RecordStream.NONE : new KafkaRecords(to.properties(), edge);
        return new Telemetry(records, new ParquetTables());
    }
}
