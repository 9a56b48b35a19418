package dev.perigee.edge.guard;

import java.util.List;

/**
 * What the guards of an edge have done since it started.
 *
 * @param networkLimited requests of networks that asked too fast
 * @param capReached requests of distributions that had cost enough
 * @param spending of distributions with a cap, on all edges together
 */
public record GuardStatus(long networkLimited, long capReached, List<SpendingLedger.Spending> spending) {
    public static final GuardStatus NONE = new GuardStatus(0, 0, List.of());

    public GuardStatus {
        spending = List.copyOf(spending);
    }
}
