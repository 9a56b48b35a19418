/** Checks of the machine that a user can act on. */
@NullMarked
package dev.perigee.app.doctor;

import org.jspecify.annotations.NullMarked;
