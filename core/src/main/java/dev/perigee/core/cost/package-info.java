/** What traffic costs. */
@NullMarked
package dev.perigee.core.cost;

import org.jspecify.annotations.NullMarked;
