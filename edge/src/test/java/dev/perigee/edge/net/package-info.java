/** Tests of net. */
@NullMarked
package dev.perigee.edge.net;

import org.jspecify.annotations.NullMarked;
