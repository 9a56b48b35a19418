package dev.perigee.core.cost;

import java.math.BigDecimal;

/**
 * What a month costs besides traffic: things that no access log tells.
 *
 * @param invalidationPaths a pattern is one
 * @param functionCalls of CloudFront Functions
 * @param storeReads by functions, from key value stores
 * @param lambdaCalls of Lambda@Edge
 * @param lambdaGibibyteSeconds memory by time, of these
 * @param realtimeLines of real-time logs; whoever takes them costs extra
 * @param shieldRequests that came to Origin Shield from another edge
 * @param shieldRegion where it is
 * @param s3Requests GET and HEAD that edges have asked S3
 */
public record Extras(
        long invalidationPaths,
        long functionCalls,
        long storeReads,
        long lambdaCalls,
        BigDecimal lambdaGibibyteSeconds,
        long realtimeLines,
        long shieldRequests,
        PriceRegion shieldRegion,
        long s3Requests) {
    public static final Extras NONE = new Extras(0, 0, 0, 0, BigDecimal.ZERO, 0, 0, PriceRegion.NORTH_AMERICA, 0);
}
