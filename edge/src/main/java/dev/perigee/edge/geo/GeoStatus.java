package dev.perigee.edge.geo;

/**
 * How the databases of places stand.
 *
 * @param databases what is in force, as text for people
 * @param loaded how often a file was taken, at the start and since
 * @param refused how often a file was not, and the one before stayed
 * @param lastRefusal why, the last time; empty when that never happened
 */
public record GeoStatus(String databases, long loaded, long refused, String lastRefusal) {
    public static final GeoStatus NONE = new GeoStatus("none", 0, 0, "");
}
