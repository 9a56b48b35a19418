package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.model.AllowedMethods;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.Method;

/** What CloudFront refuses in a cache behavior. */
// ForwardedValues and the TTLs of a behavior are deprecated, but what the AWS CLI still sends.
@SuppressWarnings("deprecation")
final class BehaviorRules {
    private static final Set<Method> READ = Set.of(Method.GET, Method.HEAD);
    private static final Set<Method> READ_OPTIONS = Set.of(Method.GET, Method.HEAD, Method.OPTIONS);
    private static final Set<Method> ALL =
            Set.of(Method.GET, Method.HEAD, Method.OPTIONS, Method.PUT, Method.POST, Method.PATCH, Method.DELETE);

    private final Set<String> originIds;
    private final Set<String> s3Origins;
    private final References policies;
    private final Set<String> groups;
    private final String accountId;

    /** Refuses a behavior for the policies it refers to. */
    @FunctionalInterface
    interface References {
        void check(DefaultCacheBehavior behavior) throws Refused, SQLException;
    }

    /**
     * @param originIds ids that a behavior may target
     * @param groups those of them that are origin groups
     * @param accountId whose distribution it is
     */
    BehaviorRules(
            Set<String> originIds, Set<String> groups, Set<String> s3Origins, String accountId, References policies) {
        this.accountId = accountId;
        this.groups = groups;
        this.originIds = originIds;
        this.policies = policies;
        this.s3Origins = s3Origins;
    }

    /** @param where what the behavior is called in messages */
    void check(String where, DefaultCacheBehavior behavior) throws Refused, SQLException {
        unless(
                originIds.contains(behavior.targetOriginId()),
                "NoSuchOrigin",
                "The TargetOriginId '" + behavior.targetOriginId() + "' of " + where + " is not an origin.");
        unless(
                !groups.contains(behavior.targetOriginId())
                        || READ_OPTIONS.containsAll(behavior.allowedMethods().items()),
                "InvalidArgument",
                "The parameter AllowedMethods cannot include POST, PUT, PATCH, or DELETE for " + where
                        + ", which targets an origin group.");
        Unbuilt.check(where, behavior);
        TrustRules.check(where, behavior, accountId);
        checkMethods(where, behavior.allowedMethods());
        checkCaching(where, behavior);
        policies.check(behavior);
    }

    private static void checkMethods(String where, AllowedMethods methods) throws Refused {
        Set<Method> allowed = new HashSet<>(methods.items());
        unless(
                allowed.size() == methods.items().size()
                        && (allowed.equals(READ) || allowed.equals(READ_OPTIONS) || allowed.equals(ALL)),
                "InvalidArgument",
                "The AllowedMethods " + methods.itemsAsStrings() + " of " + where + " are not GET and HEAD, GET, HEAD"
                        + " and OPTIONS, or all seven.");
        List<Method> items = methods.cachedMethods().items();
        Set<Method> cached = new HashSet<>(items);
        unless(
                cached.size() == items.size()
                        && (cached.equals(READ) || cached.equals(READ_OPTIONS))
                        && allowed.containsAll(cached),
                "InvalidArgument",
                "The CachedMethods " + methods.cachedMethods().itemsAsStrings() + " of " + where
                        + " are not GET and HEAD or GET, HEAD and OPTIONS, or are not all allowed.");
    }

    private void checkCaching(String where, DefaultCacheBehavior behavior) throws Refused {
        String policy = Defaults.or(behavior.cachePolicyId(), "");
        String originRequest = Defaults.or(behavior.originRequestPolicyId(), "");
        ForwardedValues forwarded = behavior.forwardedValues();
        if (!policy.isEmpty()) {
            unless(
                    forwarded == null,
                    "InvalidArgument",
                    "The parameter ForwardedValues cannot be used with the cache policy " + policy + " of " + where
                            + ".");
            unless(
                    behavior.minTTL() == null && behavior.defaultTTL() == null && behavior.maxTTL() == null,
                    "InvalidArgument",
                    "The parameters MinTTL, DefaultTTL and MaxTTL cannot be used with the cache policy " + policy
                            + " of " + where + ".");
            return;
        }
        if (forwarded == null) {
            throw new Refused(
                    "InvalidArgument", "In " + where + " one of CachePolicyId and ForwardedValues is required.");
        }
        unless(
                originRequest.isEmpty(),
                "InvalidArgument",
                "The origin request policy " + originRequest + " of " + where + " needs a cache policy.");
        checkTtls(where, behavior);
        // "Caching based on request headers": all of them go to the origin, so nothing may be kept.
        unless(
                behavior.minTTL() == 0 || !forwarded.headers().items().contains("*"),
                "InvalidArgument",
                "The parameter MinTTL of " + where + " must be 0 when all headers are forwarded.");
        ForwardedRules.check(where, forwarded, s3Origins.contains(behavior.targetOriginId()));
    }

    private static void checkTtls(String where, DefaultCacheBehavior behavior) throws Refused {
        long min = behavior.minTTL();
        long fallback = behavior.defaultTTL();
        long max = behavior.maxTTL();
        unless(min >= 0, "InvalidTTLOrder", "The parameter MinTTL " + min + " of " + where + " is negative.");
        unless(
                min <= fallback && fallback <= max,
                "InvalidTTLOrder",
                "In " + where + " MinTTL " + min + ", DefaultTTL " + fallback + " and MaxTTL " + max
                        + " are not in ascending order.");
    }
}
