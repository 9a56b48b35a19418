package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.TrustStoreConfig;
import software.amazon.awssdk.services.cloudfront.model.ViewerMtlsConfig;
import software.amazon.awssdk.services.cloudfront.model.ViewerMtlsMode;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

/** What mutual TLS with viewers needs (developer guide, "Trust stores …" and "Additional validation modes"). */
final class ViewerMtlsRules {
    /** The SDK's model does not have it yet. */
    private static final String PASSTHROUGH = "passthrough";

    private ViewerMtlsRules() {}

    /** @param id of the distribution, empty for a new one */
    static void check(DistributionConfig config, Tables tables, String id) throws Refused, SQLException {
        ViewerMtlsConfig given = config.viewerMtlsConfig();
        if (given == null) return;
        HttpVersion version = config.httpVersion();
        unless(
                version != HttpVersion.HTTP3 && version != HttpVersion.HTTP2_AND3,
                "InvalidArgument",
                "ViewerMtlsConfig cannot be used with HTTP/3, but the HttpVersion is " + config.httpVersionAsString()
                        + ".");
        boolean judged = PASSTHROUGH.equals(given.modeAsString());
        checkBehavior("the default cache behavior", config.defaultCacheBehavior(), judged);
        for (CacheBehavior behavior : config.cacheBehaviors().items()) {
            checkBehavior(
                    "the cache behavior of " + behavior.pathPattern(),
                    BehaviorView.of(behavior).values(),
                    judged);
        }
        TrustStoreConfig trust = given.trustStoreConfig();
        if (judged) checkJudged(config, trust);
        else checkTrust(given, trust, tables, id);
    }

    private static void checkTrust(ViewerMtlsConfig given, @Nullable TrustStoreConfig trust, Tables tables, String id)
            throws Refused, SQLException {
        if (trust == null) {
            String mode = Defaults.or(given.modeAsString(), ViewerMtlsMode.REQUIRED.toString());
            throw new Refused("InvalidArgument", "ViewerMtlsConfig of mode " + mode + " needs a TrustStoreConfig.");
        }
        TrustStores.checkReference(tables, trust.trustStoreId(), id);
    }

    private static void checkJudged(DistributionConfig config, @Nullable TrustStoreConfig trust) throws Refused {
        unless(
                trust == null,
                "InvalidArgument",
                "ViewerMtlsConfig of mode passthrough has a TrustStoreConfig, but nothing is validated.");
        for (Origin origin : config.origins().items()) {
            unless(
                    !Defaults.or(origin.originShield().enabled(), false),
                    "InvalidArgument",
                    "ViewerMtlsConfig of mode passthrough cannot be used with the Origin Shield of origin '"
                            + origin.id() + "'.");
        }
    }

    private static void checkBehavior(String where, DefaultCacheBehavior behavior, boolean judged) throws Refused {
        unless(
                behavior.viewerProtocolPolicy() != ViewerProtocolPolicy.ALLOW_ALL,
                "InvalidArgument",
                "ViewerMtlsConfig needs HTTPS, but the ViewerProtocolPolicy of " + where + " is allow-all.");
        if (!judged) return;
        unless(
                ManagedCachePolicies.CACHING_DISABLED.equals(behavior.cachePolicyId()),
                "InvalidArgument",
                "ViewerMtlsConfig of mode passthrough needs the managed policy CachingDisabled ("
                        + ManagedCachePolicies.CACHING_DISABLED + ") as the CachePolicyId of " + where + ".");
        unless(
                behavior.lambdaFunctionAssociations().items().isEmpty(),
                "InvalidArgument",
                "ViewerMtlsConfig of mode passthrough cannot be used with the Lambda functions of " + where + ".");
    }
}
