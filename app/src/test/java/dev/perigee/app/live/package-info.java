/** What happens now: the live counts of all edges, put together. */
@NullMarked
package dev.perigee.app.live;

import org.jspecify.annotations.NullMarked;
