/** Tests. */
@NullMarked
package dev.perigee.control.publish;

import org.jspecify.annotations.NullMarked;
