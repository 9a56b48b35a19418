/** Where addresses are: the table that Perigee has inside, and databases in MaxMind's format that take its place. */
@NullMarked
package dev.perigee.edge.geo;

import org.jspecify.annotations.NullMarked;
