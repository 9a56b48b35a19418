package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

/** Where field-level encryption may be: only where neither way of the fields is in clear. */
final class EncryptionRules {
    private static final String ILLEGAL = "IllegalFieldLevelEncryptionConfigAssociationWithCacheBehavior";
    private static final int DISTRIBUTIONS_MAX = 20;
    private static final int METHODS = 7;

    private EncryptionRules() {}

    /** @param distribution that is checked, empty for a new one */
    static void check(Tables tables, DefaultCacheBehavior behavior, DistributionConfig config, String distribution)
            throws Refused, SQLException {
        String id = Defaults.or(behavior.fieldLevelEncryptionId(), "");
        if (id.isEmpty()) return;
        EncryptionConfigs.NAMED.existing(tables, id);
        String where = "the cache behavior of origin '" + behavior.targetOriginId() + "' with field-level encryption";
        unless(
                behavior.allowedMethods().items().size() == METHODS,
                ILLEGAL,
                "AllowedMethods of " + where + " must be all seven methods.");
        unless(
                behavior.viewerProtocolPolicy() == ViewerProtocolPolicy.HTTPS_ONLY
                        || behavior.viewerProtocolPolicy() == ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                ILLEGAL,
                "ViewerProtocolPolicy of " + where + " must be https-only or redirect-to-https.");
        unless(
                isEncrypted(origin(config, behavior.targetOriginId())),
                ILLEGAL,
                "OriginProtocolPolicy of " + where + " must be https-only or match-viewer.");
        long others = Distributions.using(tables, EncryptionConfigs.uses(id)).stream()
                .filter(row -> !row.id().equals(distribution))
                .count();
        unless(
                others < DISTRIBUTIONS_MAX,
                "TooManyDistributionsAssociatedToFieldLevelEncryptionConfig",
                "The field-level encryption config " + id + " is used by " + others
                        + " distributions already, which is the limit.");
    }

    private static @Nullable Origin origin(DistributionConfig config, String id) {
        for (Origin origin : config.origins().items()) {
            if (origin.id().equals(id)) return origin;
        }
        return null;
    }

    /** A bucket takes no forms, and has no protocol policy. */
    private static boolean isEncrypted(@Nullable Origin origin) {
        if (origin == null || origin.customOriginConfig() == null) return false;
        OriginProtocolPolicy policy = origin.customOriginConfig().originProtocolPolicy();
        return policy == OriginProtocolPolicy.HTTPS_ONLY || policy == OriginProtocolPolicy.MATCH_VIEWER;
    }
}
