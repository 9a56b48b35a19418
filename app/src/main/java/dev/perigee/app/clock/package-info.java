/** Time that is real, or moved by hand. */
@NullMarked
package dev.perigee.app.clock;

import org.jspecify.annotations.NullMarked;
