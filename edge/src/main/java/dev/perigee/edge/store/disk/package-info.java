/** The disk tier: append-only segments, an index in memory, and checks on everything that is read back. */
@NullMarked
package dev.perigee.edge.store.disk;

import org.jspecify.annotations.NullMarked;
