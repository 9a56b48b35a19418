/** Carries compiled plans to the edges and learns which version each of them has in force. */
@NullMarked
package dev.perigee.control.publish;

import org.jspecify.annotations.NullMarked;
