/** The places of the simulated world and the round trips between them. */
@NullMarked
package dev.perigee.lab.world;

import org.jspecify.annotations.NullMarked;
