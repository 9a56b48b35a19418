/** The rules of the source tree that a compiler does not check. */
@NullMarked
package dev.perigee.app.architecture;

import org.jspecify.annotations.NullMarked;
