package dev.perigee.control.compile;

import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.TrustedKey;
import dev.perigee.core.plan.TrustedKeys;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/** Whose signatures behaviors believe. */
final class Trust {
    private Trust() {}

    /**
     * The keys of a behavior's key groups; null when it needs no signatures. Accounts that it trusts have no key pairs here, so a
     * behavior that names only them serves nobody.
     */
    static @Nullable TrustedKeys keys(CacheBehavior behavior, Catalog catalog) {
        if (!isRestricted(behavior)) return null;
        var keys = new LinkedHashMap<String, TrustedKey>();
        if (trustsGroups(behavior)) {
            for (String group : behavior.trustedKeyGroups().items()) {
                for (TrustedKey key : catalog.keyGroup(group).keys()) keys.put(key.id(), key);
            }
        }
        return new TrustedKeys(List.copyOf(keys.values()));
    }

    /** Whether a version that is served already lets everybody in somewhere that this config closes. */
    static boolean opens(Distribution before, DistributionConfig config) {
        for (CacheBehavior behavior : Behaviors.inOrder(config)) {
            if (isRestricted(behavior) && !restricts(before, Behaviors.rooted(behavior.pathPattern()))) return true;
        }
        return false;
    }

    private static boolean restricts(Distribution distribution, String pattern) {
        for (Behavior behavior : distribution.behaviors()) {
            if (behavior.pathPattern().equals(pattern)) return behavior.trustedKeys() != null;
        }
        return false;
    }

    private static boolean isRestricted(CacheBehavior behavior) {
        return trustsGroups(behavior)
                || (behavior.trustedSigners() != null
                        && Boolean.TRUE.equals(behavior.trustedSigners().enabled()));
    }

    private static boolean trustsGroups(CacheBehavior behavior) {
        return behavior.trustedKeyGroups() != null
                && Boolean.TRUE.equals(behavior.trustedKeyGroups().enabled());
    }
}
