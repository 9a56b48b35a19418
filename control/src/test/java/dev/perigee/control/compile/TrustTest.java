package dev.perigee.control.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.TrustedKey;
import dev.perigee.core.plan.TrustedKeys;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/** Whose signatures a plan's behaviors believe. */
class TrustTest {
    private static final PlanCompiler COMPILER = new PlanCompiler(new CompileOptions(List.of("cloudfront.net"), null));
    private static final TrustedKey ONE = new TrustedKey("KONE", "b25l");
    private static final TrustedKey TWO = new TrustedKey("KTWO", "dHdv");

    private static Consumer<DistributionConfig.Builder> trusting(String... groups) {
        return config -> config.defaultCacheBehavior(Samples.behavior(b ->
                b.trustedKeyGroups(g -> g.enabled(true).quantity(groups.length).items(groups))));
    }

    private static Samples.Builder with(Consumer<DistributionConfig.Builder> change) {
        return new Samples.Builder()
                .distributions(Samples.distribution("EONE", "d1", change))
                .keyGroups(
                        new KeyGroupResource("first", List.of(ONE)), new KeyGroupResource("both", List.of(ONE, TWO)));
    }

    private static Distribution only(Plan plan) {
        return plan.distributions().getFirst();
    }

    @Test
    void behaviorsCarryTheKeysOfTheirGroupsEachOnce() {
        Plan plan = COMPILER.compile(with(trusting("first", "both")).snapshot()).plan();
        assertEquals(
                new TrustedKeys(List.of(ONE, TWO)),
                only(plan).behaviors().getLast().trustedKeys());
        Plan open = COMPILER.compile(with(_ -> {}).snapshot()).plan();
        assertNull(only(open).behaviors().getLast().trustedKeys());
    }

    @Test
    void ofAccountsThereAreNoKeys() {
        Plan plan = COMPILER.compile(with(config -> config.cacheBehaviors(b -> b.items(Samples.behavior(
                                "/private/*",
                                p -> p.trustedSigners(
                                        s -> s.enabled(true).quantity(1).items("self"))))))
                        .snapshot())
                .plan();
        assertEquals(
                new TrustedKeys(List.of()), only(plan).behaviors().getFirst().trustedKeys());
        assertNull(only(plan).behaviors().getLast().trustedKeys());
    }

    /** A version that lets everybody in must not go on in place of one that cannot be made and lets in only some. */
    @Test
    void anOpenVersionDoesNotStandInForAClosedOne() {
        Plan open = COMPILER.compile(with(_ -> {}).snapshot()).plan();
        Compilation broken = COMPILER.compile(with(trusting("gone")).snapshot(), open);
        assertFalse(only(broken.plan()).enabled());
        assertTrue(broken.problems().getFirst().message().contains("gone"), broken::toString);
        Plan closed = COMPILER.compile(with(trusting("first")).snapshot()).plan();
        assertTrue(
                only(COMPILER.compile(with(trusting("gone")).snapshot(), closed).plan())
                        .enabled());
    }
}
