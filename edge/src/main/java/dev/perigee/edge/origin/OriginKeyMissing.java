package dev.perigee.edge.origin;

/** A plan wants requests to this origin signed, and the configuration of this edge has no key for it. */
public final class OriginKeyMissing extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OriginKeyMissing(String host) {
        super("no key to sign requests to " + host);
    }
}
