/** Logged requests of a local system, kept for reports. */
@NullMarked
package dev.perigee.app.analytics;

import org.jspecify.annotations.NullMarked;
