/** The command line: one class per command. */
@NullMarked
package dev.perigee.app.cli;

import org.jspecify.annotations.NullMarked;
