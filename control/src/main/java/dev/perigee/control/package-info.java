/** Perigee's control module. */
@NullMarked
package dev.perigee.control;

import org.jspecify.annotations.NullMarked;
