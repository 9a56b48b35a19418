package dev.perigee.control;

import dev.perigee.control.compile.Compilation.Problem;
import dev.perigee.control.publish.EdgeState;
import java.util.List;

/**
 * How a control plane stands.
 *
 * @param revision of the newest write
 * @param acknowledged the lowest plan version that every edge has in force
 * @param problems what the newest plan could not take in
 * @param auditFailures events that the audit log could not take
 * @param auditFailure why the last of them could not be written; empty when there is none
 * @param sandbox what Lambda functions are kept in by: bubblewrap, permission, prlimit or none
 * @param sandboxGaps what that does not protect, in sentences
 */
public record ControlStatus(
        long revision,
        long acknowledged,
        long distributions,
        List<EdgeState> edges,
        List<Problem> problems,
        long auditFailures,
        String auditFailure,
        String sandbox,
        List<String> sandboxGaps) {
    public ControlStatus {
        edges = List.copyOf(edges);
        problems = List.copyOf(problems);
        sandboxGaps = List.copyOf(sandboxGaps);
    }
}
