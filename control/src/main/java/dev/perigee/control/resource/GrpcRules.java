package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.Method;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;

/** What a behavior with gRPC needs (developer guide, "Use gRPC with CloudFront distributions"). */
final class GrpcRules {
    private static final Set<HttpVersion> WITH_HTTP2 = Set.of(HttpVersion.HTTP2, HttpVersion.HTTP2_AND3);

    private GrpcRules() {}

    static void check(DistributionConfig config) throws Refused {
        check("the default cache behavior", config.defaultCacheBehavior(), config);
        for (CacheBehavior behavior : config.cacheBehaviors().items()) {
            check(
                    "the cache behavior of " + behavior.pathPattern(),
                    BehaviorView.of(behavior).values(),
                    config);
        }
    }

    private static void check(String where, DefaultCacheBehavior behavior, DistributionConfig config) throws Refused {
        if (!Defaults.or(behavior.grpcConfig().enabled(), false)) return;
        unless(
                WITH_HTTP2.contains(config.httpVersion()),
                "InvalidArgument",
                "GrpcConfig.Enabled of " + where + " needs HTTP/2, but the HttpVersion is "
                        + config.httpVersionAsString() + ".");
        unless(
                behavior.allowedMethods().items().contains(Method.POST),
                "InvalidArgument",
                "GrpcConfig.Enabled of " + where + " needs the method POST, but the AllowedMethods are "
                        + behavior.allowedMethods().itemsAsStrings() + ".");
        for (Origin origin : config.origins().items()) {
            if (!origin.id().equals(behavior.targetOriginId())) continue;
            unless(
                    origin.customOriginConfig() != null
                            && origin.customOriginConfig().originProtocolPolicy() != OriginProtocolPolicy.HTTP_ONLY,
                    "InvalidArgument",
                    "GrpcConfig.Enabled of " + where + " needs a custom origin that is asked over HTTPS; origin '"
                            + origin.id() + "' is not one.");
            // Developer guide, "Enable origin mutual TLS": not for such origins.
            unless(
                    OriginMtlsRules.certificateOf(origin) == null,
                    "InvalidArgument",
                    "GrpcConfig.Enabled of " + where + " cannot be used with origin '" + origin.id()
                            + "', which has an OriginMtlsConfig.");
        }
    }
}
