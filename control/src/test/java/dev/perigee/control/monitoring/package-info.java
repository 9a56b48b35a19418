@NullMarked
package dev.perigee.control.monitoring;

import org.jspecify.annotations.NullMarked;
