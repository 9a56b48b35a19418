/** The pipeline and delivery. */
@NullMarked
package dev.perigee.edge.serve;

import org.jspecify.annotations.NullMarked;
