@NullMarked
package dev.perigee.app.console;

import org.jspecify.annotations.NullMarked;
