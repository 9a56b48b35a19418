/** What protects a distribution from crowds and bills. */
@NullMarked
package dev.perigee.edge.guard;

import org.jspecify.annotations.NullMarked;
