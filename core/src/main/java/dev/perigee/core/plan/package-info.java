/** What an edge serves by: the compiled, resolved, immutable configuration. */
@NullMarked
package dev.perigee.core.plan;

import org.jspecify.annotations.NullMarked;
