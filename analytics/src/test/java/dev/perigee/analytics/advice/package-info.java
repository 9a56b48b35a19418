@NullMarked
package dev.perigee.analytics.advice;

import org.jspecify.annotations.NullMarked;
