/** Tests of the shell script that starts everything. */
@NullMarked
package dev.perigee.app.launcher;

import org.jspecify.annotations.NullMarked;
