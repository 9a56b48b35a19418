/** Traces of requests. */
@NullMarked
package dev.perigee.edge.trace;

import org.jspecify.annotations.NullMarked;
