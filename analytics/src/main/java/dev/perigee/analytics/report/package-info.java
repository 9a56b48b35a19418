/** The reports of CloudFront's console, from logged requests. */
@NullMarked
package dev.perigee.analytics.report;

import org.jspecify.annotations.NullMarked;
