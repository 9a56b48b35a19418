package dev.perigee.lab.world;

/** A point on the Earth, in degrees; south and west are negative. */
record Site(double latitude, double longitude) {
    private static final double EARTH_RADIUS_KM = 6_371;

    /** Great-circle distance by the haversine formula. */
    double kilometresTo(Site other) {
        double up = Math.toRadians(other.latitude - latitude) / 2;
        double across = Math.toRadians(other.longitude - longitude) / 2;
        double chord = Math.pow(Math.sin(up), 2)
                + Math.cos(Math.toRadians(latitude))
                        * Math.cos(Math.toRadians(other.latitude))
                        * Math.pow(Math.sin(across), 2);
        return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(chord));
    }
}
