/** Perigee's lab module. */
@NullMarked
package dev.perigee.lab;

import org.jspecify.annotations.NullMarked;
