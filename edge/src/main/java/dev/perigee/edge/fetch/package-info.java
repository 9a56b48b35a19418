/** Collapsed forwarding and storing. */
@NullMarked
package dev.perigee.edge.fetch;

import org.jspecify.annotations.NullMarked;
