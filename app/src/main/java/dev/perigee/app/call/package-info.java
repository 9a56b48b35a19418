/** Requests to the listeners of this machine's system. */
@NullMarked
package dev.perigee.app.call;

import org.jspecify.annotations.NullMarked;
