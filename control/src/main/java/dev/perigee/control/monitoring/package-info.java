/** CloudWatch, as far as it shows CloudFront's metrics. */
@NullMarked
package dev.perigee.control.monitoring;

import org.jspecify.annotations.NullMarked;
