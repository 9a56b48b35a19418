/** Perigee's edge module. */
@NullMarked
package dev.perigee.edge;

import org.jspecify.annotations.NullMarked;
