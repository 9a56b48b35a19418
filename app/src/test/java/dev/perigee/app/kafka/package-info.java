/** Real Apache Kafka, as a process of its own. */
@NullMarked
package dev.perigee.app.kafka;

import org.jspecify.annotations.NullMarked;
