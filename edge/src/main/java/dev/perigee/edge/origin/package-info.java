/** Origin connections: pool, requests, timeouts. */
@NullMarked
package dev.perigee.edge.origin;

import org.jspecify.annotations.NullMarked;
