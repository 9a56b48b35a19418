package dev.perigee.core.plan;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which countries a distribution is served to (Restrictions.GeoRestriction).
 *
 * @param allows whether the countries are the only ones that are served; if not, they are the only ones that are not
 * @param countries ISO 3166-1 alpha-2 codes, in order
 */
public record GeoRestriction(boolean allows, List<String> countries) {
    public GeoRestriction {
        countries = List.copyOf(new TreeSet<>(Set.copyOf(countries)));
        if (countries.isEmpty()) throw new IllegalArgumentException("a geographic restriction without countries");
    }

    /** Whether a viewer from this country is turned away; one from nowhere that is known never is, as by CloudFront. */
    public boolean blocks(@Nullable String country) {
        return country != null && countries.contains(country) != allows;
    }
}
