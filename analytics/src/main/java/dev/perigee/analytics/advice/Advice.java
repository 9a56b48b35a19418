package dev.perigee.analytics.advice;

import dev.perigee.core.plan.Distribution;

/**
 * Something to change, and what it would have brought.
 *
 * @param where distribution and behavior, for people
 * @param usd saved: in a month at the pace of the log when it is of an hour or more, else with what was logged
 * @param milliseconds that a request of the distribution would have taken less, on average
 * @param originRequests that would not have been made
 * @param originOctets that the origin would not have sent
 * @param monthly whether what is saved is a month's
 * @param hitRatioNow of the whole distribution, as the settings of now serve what was logged
 * @param hitRatio of the whole distribution with this change
 * @param hitRatioWithAbove with this change and those of the same distribution that are ranked above it
 */
public record Advice(
        Distribution distribution,
        Change change,
        String where,
        double usd,
        double milliseconds,
        long originRequests,
        long originOctets,
        boolean monthly,
        double hitRatioNow,
        double hitRatio,
        double hitRatioWithAbove,
        String risk) {
    Advice withAbove(double ratio) {
        return new Advice(
                distribution,
                change,
                where,
                usd,
                milliseconds,
                originRequests,
                originOctets,
                monthly,
                hitRatioNow,
                hitRatio,
                ratio,
                risk);
    }
}
