package dev.perigee.edge.http2;

/** What the peer may still send, of one stream or of all, and what of it has been used but not been told (RFC 9113 section 5.2). */
public final class ReceiveWindow {
    private final int size;
    private int allowance;
    private int unannounced;

    public ReceiveWindow(int size) {
        this.size = size;
        this.allowance = size;
    }

    /** Counts octets that came; false when that is more than was allowed. */
    public boolean take(int octets) {
        if (octets > allowance) return false;
        allowance -= octets;
        return true;
    }

    /** Octets that nobody has to keep any more: returns what the peer is to be told now, which is 0 until it is worth a frame. */
    public int used(int octets) {
        unannounced += octets;
        if (unannounced < size / 2) return 0;
        int increment = unannounced;
        allowance += increment;
        unannounced = 0;
        return increment;
    }
}
