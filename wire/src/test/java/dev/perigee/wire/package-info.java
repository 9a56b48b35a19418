/** Tests of the wire module. */
@NullMarked
package dev.perigee.wire;

import org.jspecify.annotations.NullMarked;
