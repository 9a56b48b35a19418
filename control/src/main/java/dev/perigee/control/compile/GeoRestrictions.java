package dev.perigee.control.compile;

import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.GeoRestriction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/** Which countries a distribution is served to. */
final class GeoRestrictions {
    private GeoRestrictions() {}

    /** Null for all countries. */
    static @Nullable GeoRestriction of(DistributionConfig config) {
        var given = config.restrictions() == null ? null : config.restrictions().geoRestriction();
        if (given == null) return null;
        String type = given.restrictionTypeAsString();
        if (type == null) throw new Uncompilable("has a geographic restriction without a type");
        return switch (type) {
            case "none" -> null;
            case "whitelist" -> new GeoRestriction(true, given.items());
            case "blacklist" -> new GeoRestriction(false, given.items());
            default -> throw new Uncompilable("has a geographic restriction of type " + type);
        };
    }

    /** Whether the version before would answer viewers from other countries than are asked for now. */
    static boolean opens(Distribution before, DistributionConfig config) {
        try {
            GeoRestriction wanted = of(config);
            return wanted != null && !wanted.equals(before.geo());
        } catch (Uncompilable | IllegalArgumentException unreadable) {
            return true;
        }
    }
}
