package dev.perigee.edge.net;

import dev.perigee.edge.origin.TunnelEnd;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.Viewer;

/** Counts a WebSocket's octets when it has ended. */
record TunnelFollower(Exchange exchange, TunnelEnd end, Runnable whenEnded) implements Viewer.Follower {
    @Override
    public void writable() {
        // The tunnel reads by itself what it can send on.
    }

    @Override
    public void gone() {
        exchange.received(end.received());
        exchange.sent(end.sent());
        whenEnded.run();
    }
}
