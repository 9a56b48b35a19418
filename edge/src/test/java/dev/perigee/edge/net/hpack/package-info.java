@NullMarked
package dev.perigee.edge.net.hpack;

import org.jspecify.annotations.NullMarked;
