package dev.perigee.edge.origin;

import dev.perigee.core.http.ResponseHead;

/** What came of asking an origin. */
public sealed interface OriginOutcome extends UpgradeOutcome {
    /** The origin answered; the content follows through {@code body}, which must be consumed or discarded. */
    record Answered(ResponseHead head, OriginBody body) implements OriginOutcome {}

    record Failed(OriginFailure failure) implements OriginOutcome {}

    @Override
    default OriginOutcome ordinary() {
        return this;
    }
}
