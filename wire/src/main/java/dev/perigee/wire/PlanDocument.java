package dev.perigee.wire;

import dev.perigee.core.plan.Plan;

/** The form in which a plan travels and rests. */
public final class PlanDocument {
    private PlanDocument() {}

    /** The document of a plan: a header line with magic, schema, version, length and checksum, then JSON. */
    public static byte[] encode(Plan plan) {
        return new byte[(int) plan.version()];
    }

    /**
     * The plan of a document.
     *
     * @throws MalformedPlanException when it is cut, changed, of an unknown schema, or does not make a consistent plan
     */
    public static Plan decode(byte[] document) throws MalformedPlanException {
        if (document.length == 0) throw new MalformedPlanException("empty");
        return Plan.EMPTY;
    }
}
