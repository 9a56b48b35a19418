package dev.perigee.control.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Plan;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class HostClaimsTest {
    private static final PlanCompiler COMPILER = new PlanCompiler(Samples.OPTIONS);

    @Test
    void hostsAreTheLabelUnderEverySuffixAndTheAliasesInLowerCase() {
        Plan plan = COMPILER.compile(Samples.snapshot(withAliases("EONE", "D1", "WWW.Example.com", "*.example.org")))
                .plan();
        assertEquals(
                List.of("d1.cloudfront.localhost", "d1.cloudfront.net", "www.example.com", "*.example.org"),
                hosts(plan).get("EONE"));
    }

    @Test
    void aliasThatIsNamedTwiceCountsOnce() {
        Compilation compilation =
                COMPILER.compile(Samples.snapshot(withAliases("EONE", "d1", "a.example.com", "A.example.com")));
        assertEquals(List.of(), compilation.problems());
        assertEquals(3, compilation.plan().distributions().getFirst().hosts().size());
    }

    @Test
    void lowerIdKeepsAnAliasThatIsClaimedTwice() {
        Compilation compilation = COMPILER.compile(Samples.snapshot(
                withAliases("ETWO", "d2", "a.example.com", "b.example.com"),
                withAliases("EONE", "d1", "a.example.com")));
        assertEquals(1, owners(compilation, "a.example.com").size());
        assertEquals(List.of("EONE"), owners(compilation, "a.example.com"));
        assertEquals(List.of("ETWO"), owners(compilation, "b.example.com"));
        assertEquals(
                List.of(new Compilation.Problem("ETWO", "host a.example.com belongs to distribution EONE")),
                compilation.problems());
    }

    @Test
    void ownerInThePreviousPlanComesBeforeTheLowerId() {
        Plan before = COMPILER.compile(Samples.snapshot(withAliases("ETWO", "d2", "a.example.com")))
                .plan();
        Compilation after = COMPILER.compile(
                Samples.snapshot(
                        withAliases("ETWO", "d2", "a.example.com"), withAliases("EONE", "d1", "a.example.com")),
                before);
        assertEquals(List.of("ETWO"), owners(after, "a.example.com"));
    }

    @Test
    void nobodyTakesAnotherDistributionsOwnNameAsAnAlias() {
        Compilation compilation = COMPILER.compile(
                Samples.snapshot(withAliases("EONE", "d1", "d2.cloudfront.localhost"), withAliases("ETWO", "d2")));
        assertEquals(List.of("ETWO"), owners(compilation, "d2.cloudfront.localhost"));
    }

    @Test
    void distributionServedInAnEarlierVersionGivesUpAnAliasThatMoved() {
        Plan before = COMPILER.compile(Samples.snapshot(withAliases("EONE", "d1", "a.example.com")))
                .plan();
        Compilation after = COMPILER.compile(
                Samples.snapshot(
                        Samples.distribution(
                                "EONE",
                                "d1",
                                c -> c.defaultCacheBehavior(Samples.behavior(b -> b.cachePolicyId("none")))),
                        withAliases("ETWO", "d2", "a.example.com")),
                before);
        assertEquals(List.of("ETWO"), owners(after, "a.example.com"));
        assertEquals(List.of("EONE"), owners(after, "d1.cloudfront.net"));
    }

    private static DistributionResource withAliases(String id, String label, String... aliases) {
        return Samples.distribution(id, label, c -> c.aliases(a -> a.items(aliases)));
    }

    private static List<String> owners(Compilation compilation, String host) {
        return compilation.plan().distributions().stream()
                .filter(d -> d.hosts().contains(host))
                .map(Distribution::id)
                .toList();
    }

    private static Map<String, List<String>> hosts(Plan plan) {
        return plan.distributions().stream().collect(Collectors.toMap(Distribution::id, Distribution::hosts));
    }
}
