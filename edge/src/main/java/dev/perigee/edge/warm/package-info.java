/** What an edge does after its start so that viewers do not wait for the JIT. */
@NullMarked
package dev.perigee.edge.warm;

import org.jspecify.annotations.NullMarked;
