@NullMarked
package dev.perigee.edge.log;

import org.jspecify.annotations.NullMarked;
