/** Tests of serve. */
@NullMarked
package dev.perigee.edge.serve;

import org.jspecify.annotations.NullMarked;
