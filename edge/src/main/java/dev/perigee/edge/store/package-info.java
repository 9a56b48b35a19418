/** Stored responses that may still grow, and the index of them. */
@NullMarked
package dev.perigee.edge.store;

import org.jspecify.annotations.NullMarked;
