package dev.perigee.edge.offload;

/** Origin offload: of requests, and of octets of content. */
record HitRatio(double requests, double octets) {
    @Override
    public String toString() {
        return "%.1f %% / %.1f %%".formatted(100 * requests, 100 * octets);
    }
}
