package dev.perigee.edge;

import dev.perigee.edge.log.RecordStream;
import dev.perigee.edge.log.TableFile;
import dev.perigee.edge.trace.RequestTraces;
import org.jspecify.annotations.Nullable;

/**
 * Who else is told of an edge's requests.
 *
 * @param tables makes log objects that are tables
 * @param records takes the records of real-time logs; closed with the edge
 * @param traces has some requests traced; null for nobody; closed with the edge
 */
public record Telemetry(
        RecordStream records, TableFile tables, @Nullable RequestTraces traces) {
    /** Nobody. */
    public static final Telemetry NONE = new Telemetry(RecordStream.NONE, TableFile.NONE, null);
}
