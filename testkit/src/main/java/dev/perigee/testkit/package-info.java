/** Perigee's testkit module. */
@NullMarked
package dev.perigee.testkit;

import org.jspecify.annotations.NullMarked;
