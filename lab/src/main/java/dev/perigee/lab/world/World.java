package dev.perigee.lab.world;

import dev.perigee.lab.link.LinkProfile;
import java.time.Duration;

/**
 * Viewers in Virginia, London and Sydney, their edges, and S3 in Virginia (us-east-1). Every figure of the simulated
 * world is in this file, with where it comes from.
 */
public final class World {
    /** Median of round trip over the time light needs in fibre, fitted to 43 published round trips between regions. */
    private static final double FIBRE_DETOUR = 1.74;

    /** Light covers about 200 km per millisecond in fibre. */
    private static final double FIBRE_KM_PER_MILLISECOND = 200;

    /** From a home to its network's edge and back: within the 5 to 20 ms usually assumed. An assumption. */
    private static final double LAST_MILE_MS = 8;

    /**
     * Round trips from a client in the New York area to London, Frankfurt and Sydney, published for that client and so
     * with its last mile. New York and Virginia lie close enough together for the difference not to matter here. The
     * fitted model would give 111, 122 and 282 ms.
     */
    private static final double LONDON_MS = 94;

    private static final double FRANKFURT_MS = 112;
    private static final double SYDNEY_MS = 253;

    /** What one connection gets at home. An assumption: a common cable or fibre contract. */
    private static final long VIEWER_BITS_PER_SECOND = 100_000_000;

    /** What one connection gets between data centres. An assumption. */
    private static final long BACKBONE_BITS_PER_SECOND = 1_000_000_000;

    private static final Site ASHBURN = new Site(39.04, -77.49);

    private final boolean links;

    /** @param links false for a world without delay and with unlimited bandwidth */
    public World(boolean links) {
        this.links = links;
    }

    /** From viewers to S3. */
    public LinkProfile direct(Place place) {
        return viewer(
                switch (place) {
                    case VIRGINIA -> fitted(place.viewers(), ASHBURN) + LAST_MILE_MS;
                    case LONDON -> LONDON_MS;
                    case SYDNEY -> SYDNEY_MS;
                });
    }

    /** From viewers to their edge. */
    public LinkProfile toEdge(Place place) {
        return viewer(fitted(place.viewers(), place.edge()) + LAST_MILE_MS);
    }

    /** From an edge to S3; an edge has no last mile. */
    public LinkProfile edgeToOrigin(Place place) {
        double milliseconds = switch (place) {
            case VIRGINIA -> fitted(place.edge(), ASHBURN);
            case LONDON -> FRANKFURT_MS - LAST_MILE_MS;
            case SYDNEY -> SYDNEY_MS - LAST_MILE_MS;
        };
        return links ? LinkProfile.of(duration(milliseconds), BACKBONE_BITS_PER_SECOND) : LinkProfile.NONE;
    }

    /** To the resolver of a viewer's network, which has the answer at hand. */
    public Duration toResolver() {
        return links ? duration(LAST_MILE_MS) : Duration.ZERO;
    }

    private LinkProfile viewer(double milliseconds) {
        return links ? LinkProfile.of(duration(milliseconds), VIEWER_BITS_PER_SECOND) : LinkProfile.NONE;
    }

    /** There and back through fibre that takes its usual detours. */
    static double fitted(Site from, Site to) {
        return 2 * from.kilometresTo(to) / FIBRE_KM_PER_MILLISECOND * FIBRE_DETOUR;
    }

    private static Duration duration(double milliseconds) {
        return Duration.ofNanos(Math.round(milliseconds * 1e6));
    }
}
