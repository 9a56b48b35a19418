/** Countries of addresses. */
@NullMarked
package dev.perigee.core.geo;

import org.jspecify.annotations.NullMarked;
