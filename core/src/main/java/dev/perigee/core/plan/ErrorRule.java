package dev.perigee.core.plan;

import org.jspecify.annotations.Nullable;

/**
 * What to do with one error status (CloudFront's CustomErrorResponse).
 *
 * @param status the status from the origin, or made by the edge
 * @param cachingMinTtl ErrorCachingMinTTL in seconds
 * @param pagePath ResponsePagePath, beginning with a slash, or null to keep the body
 * @param responseStatus status shown to the viewer, or 0 to keep it
 */
public record ErrorRule(
        int status, long cachingMinTtl, @Nullable String pagePath, int responseStatus) {
    public static final long DEFAULT_CACHING_MIN_TTL = 10;
}
