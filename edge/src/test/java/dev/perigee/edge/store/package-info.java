/** Tests of store. */
@NullMarked
package dev.perigee.edge.store;

import org.jspecify.annotations.NullMarked;
