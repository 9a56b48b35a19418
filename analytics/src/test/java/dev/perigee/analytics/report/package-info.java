@NullMarked
package dev.perigee.analytics.report;

import org.jspecify.annotations.NullMarked;
