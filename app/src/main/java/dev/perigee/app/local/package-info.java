/** The whole system in one process: what {@code up} starts. */
@NullMarked
package dev.perigee.app.local;

import org.jspecify.annotations.NullMarked;
