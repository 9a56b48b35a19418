package dev.perigee.core.plan;

import java.util.Set;

/**
 * The second member of an origin group and when it is asked (CloudFront's failover criteria). Connection failures and
 * timeouts of the first member always count.
 *
 * @param secondary asked after the behavior's own origin; its answer is final
 * @param statuses of the first origin's response that send the request on, each 400 to 599
 */
public record Failover(Origin secondary, Set<Integer> statuses) {
    public Failover {
        statuses = Set.copyOf(statuses);
        for (int status : statuses) {
            if (status < 400 || status > 599) throw new IllegalArgumentException("failover by status " + status);
        }
    }

    /** Whether the first origin's response sends the request on. */
    public boolean triggeredBy(int status) {
        return status >= 400 && statuses.contains(status);
    }
}
