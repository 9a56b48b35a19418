/** Entry point. Wiring is in {@code local}, commands in {@code cli}. */
@NullMarked
package dev.perigee.app;

import org.jspecify.annotations.NullMarked;
