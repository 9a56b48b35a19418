package dev.perigee.edge;

import dev.perigee.edge.log.RecordStream;

/**
 * Who else is told of an edge's requests.
 *
 * @param records takes the records of real-time logs; closed with the edge
 */
public record Telemetry(RecordStream records) {
    /** Nobody. */
    public static final Telemetry NONE = new Telemetry(RecordStream.NONE);
}
