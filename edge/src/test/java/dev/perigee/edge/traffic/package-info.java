@NullMarked
package dev.perigee.edge.traffic;

import org.jspecify.annotations.NullMarked;
