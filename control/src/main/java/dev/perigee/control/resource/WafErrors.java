package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;

/** What several operations of AWS WAF refuse. */
final class WafErrors {
    private WafErrors() {}

    static Refused missing(String what) {
        return new Refused(
                "WAFNonexistentItemException",
                "AWS WAF couldn't perform the operation because your resource doesn't exist: " + what);
    }

    static Refused inUse(String what, String by) {
        return new Refused(
                "WAFAssociatedItemException",
                "AWS WAF couldn't perform the operation because " + what + " is being used by another resource: " + by);
    }

    static Refused locked() {
        return new Refused(
                "WAFOptimisticLockException",
                "AWS WAF couldn't save your changes because someone changed the resource after you started to edit it. "
                        + "Reapply your changes.");
    }
}
