package dev.perigee.analytics.advice;

import dev.perigee.core.plan.Origin;

/**
 * What an origin costs. CloudFront's list has no price for what comes from an origin within AWS; what others send is priced as
 * what EC2 sends to the internet.
 *
 * @param perGibibyte from origins outside AWS
 * @param perMillionRequests S3's price of GET, in the USA
 */
public record OriginPrices(double perGibibyte, double perMillionRequests) {
    public static final OriginPrices LIST = new OriginPrices(0.09, 0.40);

    private static final double GIBIBYTE = 1L << 30;

    double usd(Origin origin, long requests, long octets) {
        boolean free = origin.domainName().endsWith(".amazonaws.com")
                || origin.domainName().endsWith(".on.aws");
        return requests / 1e6 * perMillionRequests + (free ? 0 : octets / GIBIBYTE * perGibibyte);
    }
}
