package dev.perigee.edge.origin;

import dev.perigee.core.http.ResponseHead;

/** What came of a call. */
public sealed interface CallOutcome {
    /**
     * The origin answered; the content follows through {@code body}, which must be consumed or discarded.
     *
     * @param whole whether the head is all of the answer
     */
    record Answered(ResponseHead head, OriginBody body, boolean whole) implements CallOutcome {}

    /** The origin has not looked at it, and says so: whoever has the content may send it again. */
    record Refused() implements CallOutcome {}

    record Failed(OriginFailure failure) implements CallOutcome {}
}
