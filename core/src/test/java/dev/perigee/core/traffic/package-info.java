@NullMarked
package dev.perigee.core.traffic;

import org.jspecify.annotations.NullMarked;
