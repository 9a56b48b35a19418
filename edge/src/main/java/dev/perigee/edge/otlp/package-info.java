/** Traces by OpenTelemetry's protocol. */
@NullMarked
package dev.perigee.edge.otlp;

import org.jspecify.annotations.NullMarked;
