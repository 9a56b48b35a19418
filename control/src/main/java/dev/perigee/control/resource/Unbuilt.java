package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.IpAddressType;
import software.amazon.awssdk.services.cloudfront.model.Origin;

/**
 * Settings that the edges do not carry out yet. All are refused: a signed URL or a firewall that is
 * accepted and then not in force is worse than none.
 * Each feature takes its line away from here when it is built.
 */
final class Unbuilt {
    private Unbuilt() {}

    static void check(DistributionConfig config) throws Refused {
        absent(
                "NoSuchContinuousDeploymentPolicy",
                "continuous deployment policy",
                config.continuousDeploymentPolicyId());
        absent("EntityNotFound", "anycast IP list", config.anycastIpListId());
        off("Staging", config.staging());
        absent(
                "EntityNotFound",
                "connection function",
                config.connectionFunctionAssociation() == null
                        ? null
                        : config.connectionFunctionAssociation().id());
        off("TenantConfig", config.tenantConfig() != null);
        off("ConnectionMode tenant-only", config.connectionMode() == ConnectionMode.TENANT_ONLY);
        for (Origin origin : config.origins().items()) {
            if (origin.vpcOriginConfig() != null) {
                absent("EntityNotFound", "VPC origin", origin.vpcOriginConfig().vpcOriginId());
            }
            off(
                    "OriginShield.Enabled of origin '" + origin.id() + "'",
                    origin.originShield().enabled());
            // IPv4 and dual stack come to the same: every address of a name is tried, those of IPv4 first.
            off(
                    "IpAddressType ipv6 of origin '" + origin.id() + "'",
                    origin.customOriginConfig() != null
                            && origin.customOriginConfig().ipAddressType() == IpAddressType.IPV6);
        }
    }

    /** @param where what the behavior is called in messages */
    static void check(String where, DefaultCacheBehavior behavior) throws Refused {
        off("SmoothStreaming of " + where, behavior.smoothStreaming());
    }

    /** Something with an id that cannot exist, since nothing of its kind can be created yet. */
    private static void absent(String code, String what, @Nullable String id) throws Refused {
        unless(
                id == null || id.isEmpty(),
                code,
                "The " + what + " '" + id + "' does not exist; this kind of resource is not built yet.");
    }

    private static void off(String what, @Nullable Boolean on) throws Refused {
        unless(
                on == null || !on,
                "InvalidArgument",
                what + " is set, but edges do not carry it out yet, so it is refused.");
    }
}
