package dev.perigee.control.compile;

import dev.perigee.core.plan.Plan;
import java.util.List;

/**
 * A plan, and what could not become part of it.
 *
 * @param problems at least one for every distribution that is missing, incomplete, or still in an earlier version
 */
public record Compilation(Plan plan, List<Problem> problems) {
    public Compilation {
        problems = List.copyOf(problems);
    }

    /** Why a distribution is not in the plan as it is configured. */
    public record Problem(String distributionId, String message) {}
}
