package dev.perigee.core.geo;

import org.jspecify.annotations.Nullable;

/**
 * What is known of where an address is; null for everything that is not.
 *
 * @param country ISO 3166-1 alpha-2, in capitals
 * @param region the largest one below the country, up to three characters of ISO 3166-2
 * @param metroCode of the United States
 * @param latitude as text, as the source writes it; likewise the longitude
 * @param timeZone of IANA, such as {@code Europe/Berlin}
 * @param asn number of the autonomous system
 */
public record Location(
        @Nullable String country,
        @Nullable String countryName,
        @Nullable String region,
        @Nullable String regionName,
        @Nullable String city,
        @Nullable String postalCode,
        @Nullable String metroCode,
        @Nullable String latitude,
        @Nullable String longitude,
        @Nullable String timeZone,
        @Nullable String asn) {
    public static final Location UNKNOWN =
            new Location(null, null, null, null, null, null, null, null, null, null, null);

    /** Somewhere in this country. */
    public static Location in(String country, @Nullable String name) {
        return new Location(country, name, null, null, null, null, null, null, null, null, null);
    }
}
