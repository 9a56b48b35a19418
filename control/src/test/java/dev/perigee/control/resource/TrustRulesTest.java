package dev.perigee.control.resource;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.TrustedKeyGroups;
import software.amazon.awssdk.services.cloudfront.model.TrustedSigners;

/** Rules of trusted signers and key groups. */
class TrustRulesTest extends DistributionRulesCases {
    static Stream<Arguments> wrong() {
        return Stream.of(
                row(
                        "signers",
                        "InvalidArgument",
                        "TrustedSigners",
                        Configs.behavior(b -> b.trustedSigners(TrustedSigners.builder()
                                .enabled(true)
                                .quantity(0)
                                .build()))),
                row("signer off", "InvalidArgument", "not enabled", signers(false, "self")),
                row("odd signer", "InvalidArgument", "me", signers(true, "me")),
                row("foreign signer", "TrustedSignerDoesNotExist", "210987654321", signers(true, "210987654321")),
                row("signer twice", "InvalidArgument", "twice", signers(true, "self", "self")),
                row("6 signers", "TooManyTrustedSigners", "6", signers(true, "1", "2", "3", "4", "5", "6")),
                row("group off", "InvalidArgument", "not enabled", groups(false, "kg")),
                row("group twice", "InvalidArgument", "twice", groups(true, "kg", "kg")),
                row("5 groups", "TooManyKeyGroupsAssociatedToDistribution", "5", groups(true, "a", "b", "c", "d", "e")),
                row(
                        "key groups",
                        "TrustedKeyGroupDoesNotExist",
                        "kg",
                        Configs.behavior(b -> b.trustedKeyGroups(TrustedKeyGroups.builder()
                                .enabled(true)
                                .quantity(1)
                                .items("kg")
                                .build()))),
                row(
                        "key groups on",
                        "InvalidArgument",
                        "TrustedKeyGroups",
                        Configs.behavior(b -> b.trustedKeyGroups(TrustedKeyGroups.builder()
                                .enabled(true)
                                .quantity(0)
                                .build()))));
    }

    private static DistributionConfig signers(boolean enabled, String... accounts) {
        return Configs.behavior(b -> b.trustedSigners(TrustedSigners.builder()
                .enabled(enabled)
                .quantity(accounts.length)
                .items(accounts)
                .build()));
    }

    private static DistributionConfig groups(boolean enabled, String... ids) {
        return Configs.behavior(b -> b.trustedKeyGroups(TrustedKeyGroups.builder()
                .enabled(enabled)
                .quantity(ids.length)
                .items(ids)
                .build()));
    }
}
