/** Real-time log records to Apache Kafka. */
@NullMarked
package dev.perigee.edge.kafka;

import org.jspecify.annotations.NullMarked;
