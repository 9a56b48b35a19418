/** What a cache is worth to an origin. */
@NullMarked
package dev.perigee.edge.offload;

import org.jspecify.annotations.NullMarked;
