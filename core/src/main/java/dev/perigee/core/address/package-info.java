/** Addresses and networks as they are written. */
@NullMarked
package dev.perigee.core.address;

import org.jspecify.annotations.NullMarked;
