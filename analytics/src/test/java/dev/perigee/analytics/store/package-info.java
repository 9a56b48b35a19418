@NullMarked
package dev.perigee.analytics.store;

import org.jspecify.annotations.NullMarked;
