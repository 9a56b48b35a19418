package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;

/** What is refused in a behavior's trusted key groups and trusted signers. */
final class TrustRules {
    private static final int GROUPS_MAX = 4;
    private static final int SIGNERS_MAX = 5;
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

    /** The account that the distribution belongs to. */
    static final String SELF = "self";

    private TrustRules() {}

    /** @param where what the behavior is called in messages */
    static void check(String where, DefaultCacheBehavior behavior, String accountId) throws Refused {
        List<String> groups = behavior.trustedKeyGroups().items();
        checkList("TrustedKeyGroups", where, behavior.trustedKeyGroups().enabled(), groups);
        unless(
                groups.size() <= GROUPS_MAX,
                "TooManyKeyGroupsAssociatedToDistribution",
                "There are " + groups.size() + " trusted key groups for " + where + ", more than " + GROUPS_MAX + ".");
        List<String> signers = behavior.trustedSigners().items();
        checkList("TrustedSigners", where, behavior.trustedSigners().enabled(), signers);
        unless(
                signers.size() <= SIGNERS_MAX,
                "TooManyTrustedSigners",
                "There are " + signers.size() + " trusted signers for " + where + ", more than " + SIGNERS_MAX + ".");
        for (String signer : signers) {
            unless(
                    signer.equals(SELF) || ACCOUNT.matcher(signer).matches(),
                    "InvalidArgument",
                    "The trusted signer '" + signer + "' of " + where + " is neither self nor an account id.");
            unless(
                    signer.equals(SELF) || signer.equals(accountId),
                    "TrustedSignerDoesNotExist",
                    "The account '" + signer + "', a trusted signer of " + where + ", does not exist here.");
        }
    }

    /** A list that is not in force would leave open what its author meant to close. */
    private static void checkList(String what, String where, boolean enabled, List<String> items) throws Refused {
        unless(
                enabled != items.isEmpty(),
                "InvalidArgument",
                what + " of " + where + (enabled ? " is enabled without" : " is not enabled, but has") + " Items.");
        unless(
                new HashSet<>(items).size() == items.size(),
                "InvalidArgument",
                what + " of " + where + " names one twice: " + items + ".");
    }
}
