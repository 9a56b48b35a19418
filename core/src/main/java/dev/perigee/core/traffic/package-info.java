/** Counts of requests: what metrics are made from. */
@NullMarked
package dev.perigee.core.traffic;

import org.jspecify.annotations.NullMarked;
