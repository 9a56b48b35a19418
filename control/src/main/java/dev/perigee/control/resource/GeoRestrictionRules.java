package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.model.GeoRestriction;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;

/** What CloudFront refuses in a geographic restriction. */
final class GeoRestrictionRules {
    private static final Set<String> COUNTRIES = Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

    private GeoRestrictionRules() {}

    static void check(GeoRestriction geo) throws Refused {
        String type = String.valueOf(geo.restrictionTypeAsString());
        unless(
                geo.restrictionType() != GeoRestrictionType.UNKNOWN_TO_SDK_VERSION,
                "InvalidGeoRestrictionParameter",
                "The RestrictionType '" + type + "' is not none, whitelist or blacklist.");
        boolean none = geo.restrictionType() == GeoRestrictionType.NONE;
        unless(
                !none || geo.items().isEmpty(),
                "InvalidGeoRestrictionParameter",
                "The restriction type is none, but there are locations: " + geo.items() + ".");
        unless(
                none || !geo.items().isEmpty(),
                "InvalidGeoRestrictionParameter",
                "The restriction type is " + type + ", but there are no locations.");
        Set<String> seen = new HashSet<>();
        for (String location : geo.items()) {
            unless(
                    COUNTRIES.contains(location),
                    "InvalidLocationCode",
                    "The location '" + location + "' is not a country code of ISO 3166-1 alpha-2 in capitals.");
            unless(
                    seen.add(location),
                    "InvalidGeoRestrictionParameter",
                    "The location '" + location + "' is given twice.");
        }
    }
}
