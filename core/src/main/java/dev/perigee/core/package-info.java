/** The deciding half of Perigee: immutable values and pure functions, no I/O. */
@NullMarked
package dev.perigee.core;

import org.jspecify.annotations.NullMarked;
