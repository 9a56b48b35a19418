/** Where viewers are. */
@NullMarked
package dev.perigee.app.geo;

import org.jspecify.annotations.NullMarked;
