/** Cache decisions: key, freshness, storability (RFC 9111 and CloudFront). */
@NullMarked
package dev.perigee.core.cache;

import org.jspecify.annotations.NullMarked;
