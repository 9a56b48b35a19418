/** Tests of the disk tier. */
@NullMarked
package dev.perigee.edge.store.disk;

import org.jspecify.annotations.NullMarked;
