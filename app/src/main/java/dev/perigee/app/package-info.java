/** Perigee's app module. */
@NullMarked
package dev.perigee.app;

import org.jspecify.annotations.NullMarked;
