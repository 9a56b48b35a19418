/** From the resources of the API to the plan that edges serve by: pure, complete, one distribution never in another's way. */
@NullMarked
package dev.perigee.control.compile;

import org.jspecify.annotations.NullMarked;
