/** What an edge would make of a request, told step by step. */
@NullMarked
package dev.perigee.edge.explain;

import org.jspecify.annotations.NullMarked;
