package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.perigee.control.api.Refused;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupMember;
import software.amazon.awssdk.services.cloudfront.model.OriginGroups;
import software.amazon.awssdk.services.cloudfront.model.Origins;

/** Rules of origin groups. */
class OriginGroupRulesTest extends DistributionRulesCases {
    static Stream<Arguments> wrong() {
        return Stream.of(
                row("one member", "InvalidArgument", "[o]", groups(group("g", "o"))),
                row("same member", "InvalidArgument", "[o, o]", groups(group("g", "o", "o"))),
                row("three members", "InvalidArgument", "'g'", groups(group("g", "o", "p", "q"))),
                row("unknown member", "NoSuchOrigin", "'x'", groups(group("g", "o", "x"))),
                row("group like origin", "InvalidArgument", "'o'", groups(group("o", "o", "p"))),
                row("group twice", "InvalidArgument", "'g'", groups(group("g", "o", "p"), group("g", "o", "p"))),
                row("no status", "InvalidArgument", "[]", groups(group("g", List.of(), "o", "p"))),
                row("status 401", "InvalidArgument", "401", groups(group("g", List.of(500, 401), "o", "p"))),
                row("status twice", "InvalidArgument", "[500, 500]", groups(group("g", List.of(500, 500), "o", "p"))),
                row("11 groups", "TooManyOriginGroupsPerDistribution", "11", groups(manyGroups(11))),
                row(
                        "POST to a group",
                        "InvalidArgument",
                        "AllowedMethods",
                        toGroup(b -> b.allowedMethods(m -> m.quantity(7)
                                .itemsWithStrings("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")
                                .cachedMethods(c -> c.quantity(2).itemsWithStrings("GET", "HEAD"))))));
    }

    static Stream<Arguments> good() {
        return Stream.of(arguments("origin group", toGroup(b -> b)), arguments("10 groups", groups(manyGroups(10))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void accepts(String what, DistributionConfig config) throws Refused {
        assertTrue(check(config), what);
    }

    private static OriginGroup group(String id, String... members) {
        return group(id, List.of(500, 502), members);
    }

    private static OriginGroup group(String id, List<Integer> statuses, String... members) {
        List<OriginGroupMember> items = Stream.of(members)
                .map(member -> OriginGroupMember.builder().originId(member).build())
                .toList();
        return OriginGroup.builder()
                .id(id)
                .members(m -> m.quantity(items.size()).items(items))
                .failoverCriteria(
                        c -> c.statusCodes(s -> s.quantity(statuses.size()).items(statuses)))
                .build();
    }

    private static OriginGroup[] manyGroups(int count) {
        return IntStream.range(0, count).mapToObj(i -> group("g" + i, "o", "p")).toArray(OriginGroup[]::new);
    }

    /** A distribution with the origins o, p and q. */
    private static DistributionConfig groups(OriginGroup... groups) {
        return with(c -> c.origins(Origins.builder()
                        .quantity(3)
                        .items(
                                Configs.custom().build(),
                                Configs.custom().id("p").build(),
                                Configs.custom().id("q").build())
                        .build())
                .originGroups(OriginGroups.builder()
                        .quantity(groups.length)
                        .items(groups)
                        .build()));
    }

    private static DistributionConfig toGroup(UnaryOperator<DefaultCacheBehavior.Builder> change) {
        return groups(group("g", "o", "p")).toBuilder()
                .defaultCacheBehavior(
                        change.apply(Configs.behavior().targetOriginId("g").cachePolicyId(Configs.OPTIMIZED))
                                .build())
                .build();
    }
}
