package dev.perigee.core.plan;

/**
 * What a distribution is protected from besides what CloudFront knows: crowds from one network, and bills.
 *
 * @param requestsPerSecond of one client network at one edge; 0 for no limit
 * @param capMicroUsd spending of a month after which nothing is served, in millionths of a dollar; 0 for no limit
 * @param budgetMicroUsd spending of a month that its owner expects and wants to be told about, likewise; 0 for none
 */
public record Guards(int requestsPerSecond, long capMicroUsd, long budgetMicroUsd) {
    public static final int REQUESTS_PER_SECOND_MAX = 1_000_000;
    /** A thousand million dollars. */
    public static final long CAP_MICRO_USD_MAX = 1_000_000_000_000_000L;

    public Guards {
        if (requestsPerSecond < 0 || requestsPerSecond > REQUESTS_PER_SECOND_MAX)
            throw new IllegalArgumentException("a guard of " + requestsPerSecond + " requests per second");
        if (capMicroUsd < 0 || capMicroUsd > CAP_MICRO_USD_MAX)
            throw new IllegalArgumentException("a guard of " + capMicroUsd + " millionths of a dollar");
        if (budgetMicroUsd < 0 || budgetMicroUsd > CAP_MICRO_USD_MAX)
            throw new IllegalArgumentException("a budget of " + budgetMicroUsd + " millionths of a dollar");
        if (requestsPerSecond == 0 && capMicroUsd == 0 && budgetMicroUsd == 0)
            throw new IllegalArgumentException("a guard against nothing");
    }

    /** Whether what the distribution costs is counted. */
    public boolean countsSpending() {
        return capMicroUsd > 0 || budgetMicroUsd > 0;
    }
}
