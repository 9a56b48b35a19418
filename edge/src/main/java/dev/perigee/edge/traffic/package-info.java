/** What is counted of requests: by second, minute and hour, and since the start. */
@NullMarked
package dev.perigee.edge.traffic;

import org.jspecify.annotations.NullMarked;
