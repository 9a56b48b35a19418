/** Where log lines go. */
@NullMarked
package dev.perigee.app.log;

import org.jspecify.annotations.NullMarked;
