package dev.perigee.edge.origin;

import dev.perigee.core.http.ResponseHead;

/** What came of asking an origin for a WebSocket: that, or what may come of any request. */
public sealed interface UpgradeOutcome permits OriginOutcome, UpgradeOutcome.Switched {
    /** The origin agreed: 101. The tunnel must be joined or discarded. */
    record Switched(ResponseHead head, TunnelEnd tunnel) implements UpgradeOutcome {
        @Override
        public OriginOutcome ordinary() {
            tunnel.discard();
            return new OriginOutcome.Failed(new OriginFailure.Malformed("status 101"));
        }
    }

    /** The same for who did not ask for a WebSocket. */
    OriginOutcome ordinary();
}
