package dev.perigee.wire;

import dev.perigee.core.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The form in which a plan travels and rests: one header line, then JSON.
 *
 * <p>The header is {@code perigee-plan 6 VERSION LENGTH SHA256} with the number of the schema, the plan's version, the
 * length of the JSON in bytes and its checksum in lower-case hexadecimal, ended by a line feed. A change of the JSON that
 * an older reader would misunderstand raises the schema number, and readers refuse numbers they do not know. The checksum
 * guards against damage, not against forgery.
 */
public final class PlanDocument {
    /** No document is larger, header included. */
    public static final int BYTES_MAX = 256 << 20;

    private PlanDocument() {}

    /**
     * The document of a plan; equal plans have equal documents.
     *
     * @throws IllegalArgumentException when it would be larger than {@link #BYTES_MAX}, or the plan is not consistent
     */
    public static byte[] encode(Plan plan) {
        String problem = PlanConsistency.problem(plan);
        if (problem != null) throw new IllegalArgumentException("plan " + plan.version() + ": " + problem);
        byte[] json = PlanJson.write(plan);
        byte[] header = PlanHeader.of(plan.version(), json).line().getBytes(StandardCharsets.US_ASCII);
        if (json.length > BYTES_MAX - header.length) {
            throw new IllegalArgumentException(
                    "plan " + plan.version() + " takes " + json.length + " bytes, more than " + BYTES_MAX);
        }
        var document = new ByteArrayOutputStream(header.length + json.length);
        document.writeBytes(header);
        document.writeBytes(json);
        return document.toByteArray();
    }

    /**
     * The plan of a document.
     *
     * @throws MalformedPlanException when it is cut, changed, of an unknown schema, or does not make a consistent plan
     */
    public static Plan decode(byte[] document) throws MalformedPlanException {
        if (document.length > BYTES_MAX) {
            throw new MalformedPlanException(document.length + " bytes are more than " + BYTES_MAX);
        }
        PlanHeader header = PlanHeader.read(document);
        int from = header.line().length();
        if (document.length - from != header.length()) {
            throw new MalformedPlanException(
                    "the header promises " + header.length() + " bytes, there are " + (document.length - from));
        }
        byte[] json = Arrays.copyOfRange(document, from, document.length);
        if (!PlanHeader.checksum(json).equals(header.checksum())) {
            throw new MalformedPlanException("the checksum does not match");
        }
        Plan plan = PlanJson.read(json);
        if (plan.version() != header.version()) {
            throw new MalformedPlanException(
                    "the header says version " + header.version() + ", the plan " + plan.version());
        }
        String problem = PlanConsistency.problem(plan);
        if (problem != null) throw new MalformedPlanException(problem);
        return plan;
    }
}
