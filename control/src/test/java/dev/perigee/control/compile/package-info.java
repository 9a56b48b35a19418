/** Tests. */
@NullMarked
package dev.perigee.control.compile;

import org.jspecify.annotations.NullMarked;
