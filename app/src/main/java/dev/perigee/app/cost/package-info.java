/** What logged traffic costs. */
@NullMarked
package dev.perigee.app.cost;

import org.jspecify.annotations.NullMarked;
