package dev.perigee.edge;

/** A plan document that was not installed; the plan in force stays. */
public final class PlanRefused extends Exception {
    private static final long serialVersionUID = 1;

    public PlanRefused(String reason) {
        super(reason);
    }
}
