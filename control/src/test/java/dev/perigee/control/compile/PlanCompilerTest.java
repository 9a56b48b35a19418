package dev.perigee.control.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.compile.Compilation.Problem;
import dev.perigee.control.resource.ManagedPolicies;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.GeoRestriction;
import dev.perigee.core.plan.Guards;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Plan;
import dev.perigee.wire.MalformedPlanException;
import dev.perigee.wire.PlanDocument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningBehaviors;

@SuppressWarnings("unchecked") // the SDK's builders take arrays of lambdas
final class PlanCompilerTest {
    private static final PlanCompiler COMPILER = new PlanCompiler(Samples.OPTIONS);

    static Stream<Arguments> brokenConfigs() {
        return Stream.of(
                broken(
                        "unknown cache policy",
                        "which does not exist",
                        c -> c.defaultCacheBehavior(Samples.behavior(b -> b.cachePolicyId("none")))),
                broken(
                        "unknown origin request policy",
                        "which does not exist",
                        c -> c.defaultCacheBehavior(Samples.behavior(b -> b.originRequestPolicyId("none")))),
                broken(
                        "unknown response headers policy",
                        "which does not exist",
                        c -> c.defaultCacheBehavior(Samples.behavior(b -> b.responseHeadersPolicyId("none")))),
                broken(
                        "unknown origin",
                        "which does not exist",
                        c -> c.defaultCacheBehavior(Samples.behavior(b -> b.targetOriginId("none")))),
                broken(
                        "unknown access control",
                        "which does not exist",
                        c -> origin(c, o -> o.originAccessControlId("none"))),
                broken(
                        "no default behavior",
                        "no default cache behavior",
                        c -> c.defaultCacheBehavior(
                                (software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior) null)),
                broken(
                        "no policy at all",
                        "neither a cache policy nor ForwardedValues",
                        c -> c.defaultCacheBehavior(Samples.behavior(b -> b.cachePolicyId(null)))),
                broken(
                        "both kinds of origin",
                        "not either S3 or custom",
                        c -> origin(
                                c,
                                o -> o.customOriginConfig(
                                        Samples.server("x", "x").customOriginConfig()))),
                broken(
                        "no kind of origin",
                        "not either S3 or custom",
                        c -> origin(
                                c,
                                o -> o.s3OriginConfig(
                                        (software.amazon.awssdk.services.cloudfront.model.S3OriginConfig) null))),
                broken("VPC origin", "in a VPC", c -> origin(c, o -> o.vpcOriginConfig(v -> v.vpcOriginId("vo_1")))),
                broken(
                        "port 0",
                        "valid ports",
                        c -> origin(
                                c,
                                o -> o.s3OriginConfig(
                                                (software.amazon.awssdk.services.cloudfront.model.S3OriginConfig) null)
                                        .customOriginConfig(p ->
                                                p.httpPort(0).httpsPort(443).originProtocolPolicy("http-only")))),
                broken("no attempts", "never tried", c -> origin(c, o -> o.connectionAttempts(0))),
                broken(
                        "unknown method",
                        "allows method TRACE",
                        c -> c.defaultCacheBehavior(Samples.behavior(
                                b -> b.allowedMethods(m -> m.quantity(1).itemsWithStrings("TRACE"))))),
                broken(
                        "cached but not allowed",
                        "does not allow",
                        c -> c.defaultCacheBehavior(Samples.behavior(b -> b.allowedMethods(m -> m.quantity(1)
                                .itemsWithStrings("GET")
                                .cachedMethods(k -> k.itemsWithStrings("GET", "HEAD")))))),
                broken(
                        "unknown protocol policy",
                        "viewer protocol policy maybe",
                        c -> c.defaultCacheBehavior(Samples.behavior(b -> b.viewerProtocolPolicy("maybe")))),
                broken("TTLs out of order", "out of order", PlanCompilerTest::withReversedTtls),
                broken(
                        "two rules for one status",
                        "two error responses",
                        c -> c.customErrorResponses(
                                e -> e.quantity(2).items(x -> x.errorCode(404), x -> x.errorCode(404)))),
                broken(
                        "no status",
                        "For input string",
                        c -> c.customErrorResponses(
                                e -> e.items(x -> x.errorCode(404).responseCode("many")))),
                broken("tenants only", "template for tenants", c -> c.connectionMode(ConnectionMode.TENANT_ONLY)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenConfigs")
    void oneBrokenDistributionHoldsBackNoOther(
            String name, String reason, Consumer<DistributionConfig.Builder> change) {
        Compilation compilation = COMPILER.compile(Samples.snapshot(
                Samples.distribution("EAAA", "d1", _ -> {}),
                Samples.distribution("EBAD", "d2", change),
                Samples.distribution("EZZZ", "d3", _ -> {})));
        assertEquals(List.of("EAAA", "EZZZ"), ids(compilation.plan()));
        assertEquals(1, compilation.problems().size());
        Problem problem = compilation.problems().getFirst();
        assertEquals("EBAD", problem.distributionId());
        assertTrue(problem.message().contains(reason), problem.message());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenConfigs")
    void brokenDistributionStaysAsItWasLast(String name, String reason, Consumer<DistributionConfig.Builder> change) {
        Plan before = COMPILER.compile(Samples.snapshot(Samples.distribution("EBAD", "d2", _ -> {})))
                .plan();
        Compilation after = COMPILER.compile(Samples.snapshot(Samples.distribution("EBAD", "d2", change)), before);
        assertEquals(before.distributions(), after.plan().distributions());
        assertEquals(1, after.problems().size());
    }

    @Test
    void distributionSwitchedOffWhileBrokenIsOff() {
        Plan before = COMPILER.compile(Samples.snapshot(Samples.distribution("EBAD", "d2", _ -> {})))
                .plan();
        Compilation after = COMPILER.compile(
                Samples.snapshot(Samples.distribution(
                        "EBAD",
                        "d2",
                        c -> c.enabled(false).defaultCacheBehavior(Samples.behavior(b -> b.cachePolicyId("none"))))),
                before);
        assertFalse(after.plan().distributions().getFirst().enabled());
    }

    @Test
    void configWithoutAnythingIsOnlyAProblem() {
        Compilation compilation = COMPILER.compile(Samples.snapshot(
                new DistributionResource(
                        "EBAD",
                        "d1.cloudfront.net",
                        DistributionConfig.builder().build()),
                Samples.commandLine()));
        assertEquals(List.of("ECLI"), ids(compilation.plan()));
        assertEquals("EBAD", compilation.problems().getFirst().distributionId());
    }

    static Stream<Arguments> protections() {
        return Stream.of(
                broken("web ACL", "web ACL", c -> c.webACLId("arn:aws:wafv2:us-east-1:1:global/webacl/a/b")),
                broken(
                        "field-level encryption",
                        "field-level",
                        c -> c.defaultCacheBehavior(Samples.behavior(b -> b.fieldLevelEncryptionId("C1")))));
    }

    /** To serve without a check that was asked for would publish what should be private. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("protections")
    void whatEdgesCannotProtectIsNotServed(String name, String reason, Consumer<DistributionConfig.Builder> change) {
        Plan open = COMPILER.compile(Samples.snapshot(Samples.distribution("EONE", "d1", _ -> {})))
                .plan();
        Compilation compilation = COMPILER.compile(Samples.snapshot(Samples.distribution("EONE", "d1", change)), open);
        assertFalse(compilation.plan().distributions().getFirst().enabled());
        assertTrue(compilation.problems().getFirst().message().contains(reason), () -> "" + compilation.problems());
    }

    @Test
    void geoRestrictionsAndGuardsReachThePlan() {
        DistributionResource restricted = Samples.distribution(
                "EONE",
                "d1",
                c -> c.restrictions(r -> r.geoRestriction(
                        g -> g.restrictionType(GeoRestrictionType.WHITELIST).items("DE", "AU"))));
        var guarded = new DistributionResource(
                restricted.id(), restricted.domainName(), restricted.config(), new Guards(20, 5_000_000, 0));
        Distribution compiled = COMPILER.compile(Samples.snapshot(guarded))
                .plan()
                .distributions()
                .getFirst();
        assertEquals(new GeoRestriction(true, List.of("AU", "DE")), compiled.geo());
        assertEquals(new Guards(20, 5_000_000, 0), compiled.guards());
    }

    /** What an earlier version would show to countries that may not see it any more is not shown to anybody. */
    @Test
    void anOlderVersionDoesNotStandInForARestriction() {
        Plan open = COMPILER.compile(Samples.snapshot(Samples.distribution("EONE", "d1", _ -> {})))
                .plan();
        DistributionResource broken = Samples.distribution(
                "EONE",
                "d1",
                c -> c.restrictions(r -> r.geoRestriction(g ->
                                g.restrictionType(GeoRestrictionType.BLACKLIST).items("AU")))
                        .defaultCacheBehavior(Samples.behavior(b -> b.cachePolicyId("none-such"))));
        Compilation compilation = COMPILER.compile(Samples.snapshot(broken), open);
        assertFalse(compilation.plan().distributions().getFirst().enabled());
    }

    @Test
    void anyOrderOfTheSnapshotMakesTheSameDocument() throws MalformedPlanException {
        long seed = Long.getLong("perigee.seed", System.nanoTime());
        Snapshot first = manyDistributions(40);
        byte[] expected = PlanDocument.encode(COMPILER.compile(first).plan());
        for (int round = 0; round < 10; round++) {
            var random = new Random(seed + round);
            Snapshot shuffled = new Snapshot(
                    first.version(),
                    first.configVersion(),
                    shuffled(first.distributions(), random),
                    shuffled(first.originAccessControls(), random),
                    shuffled(first.cachePolicies(), random),
                    shuffled(first.originRequestPolicies(), random),
                    shuffled(first.responseHeadersPolicies(), random),
                    shuffled(first.certificates(), random),
                    shuffled(first.trustStores(), random),
                    first.challenges(),
                    shuffled(first.purges(), random),
                    first.purgeFloor());
            byte[] document = PlanDocument.encode(COMPILER.compile(shuffled).plan());
            assertArrayEquals(expected, document, "seed " + seed);
            assertEquals(COMPILER.compile(first).plan(), PlanDocument.decode(document));
        }
    }

    @ParameterizedTest(name = "default {0} of ECLI -> {1}")
    @CsvSource({"ECLI, ECLI", "ENONE,", ","})
    void defaultDistributionIsOnlyNamedWhenItIsThere(String chosen, String expected) {
        var options = new CompileOptions(List.of("cloudfront.net"), chosen);
        Plan plan = new PlanCompiler(options)
                .compile(Samples.snapshot(Samples.commandLine()))
                .plan();
        assertEquals(expected, plan.defaultDistribution());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "NEVER, Anonymous[]",
        "ALWAYS, 'Signed[service=s3, region=us-east-1, yieldsToViewer=false]'",
        "NO_OVERRIDE, 'Signed[service=s3, region=us-east-1, yieldsToViewer=true]'",
    })
    void signingBehaviorDecidesTheAccess(OriginAccessControlSigningBehaviors signing, String expected) {
        Snapshot snapshot = new Samples.Builder()
                .distributions(Samples.distribution("EONE", "d1", c -> origin(c, o -> o.originAccessControlId("EOAC"))))
                .accessControls(Samples.accessControl("EOAC", signing))
                .snapshot();
        assertEquals(expected, access(snapshot).toString());
    }

    @Test
    void originAccessIdentitySigns() {
        Snapshot snapshot = Samples.snapshot(Samples.distribution(
                "EONE",
                "d1",
                c -> origin(
                        c,
                        o -> o.s3OriginConfig(s3 -> s3.originAccessIdentity("origin-access-identity/cloudfront/E1")))));
        assertEquals(new OriginAccess.Signed("s3", "us-east-1", false), access(snapshot));
    }

    @Test
    void originGroupAnswersFromItsPrimaryMember() {
        Plan plan = COMPILER.compile(Samples.snapshot(Samples.distribution(
                        "EONE",
                        "d1",
                        c -> c.origins(o -> o.items(
                                        Samples.bucket("bucket", "a.s3.amazonaws.com"), Samples.server("b", "b")))
                                .originGroups(g -> g.items(group -> group.id("both")
                                        .members(m -> m.items(x -> x.originId("b"), x -> x.originId("bucket")))))
                                .defaultCacheBehavior(Samples.behavior(b -> b.targetOriginId("both"))))))
                .plan();
        assertEquals(
                "b",
                plan.distributions().getFirst().behaviors().getFirst().origin().id());
    }

    /** The measured figure is printed; the bound only catches what is wrong by an order of magnitude. */
    @Test
    void compilesAndEncodesFiveHundredDistributionsQuickly() {
        Snapshot snapshot = manyDistributions(500);
        long best = Long.MAX_VALUE;
        int bytes = 0;
        for (int round = 0; round < 10; round++) {
            long start = System.nanoTime();
            bytes = PlanDocument.encode(COMPILER.compile(snapshot).plan()).length;
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println(
                "500 distributions: compiled and encoded in " + best / 1_000_000 + " ms, " + bytes + " bytes");
        assertTrue(best < 5_000_000_000L, () -> "too slow");
    }

    private static Snapshot manyDistributions(int count) {
        return new Samples.Builder()
                .distributions(IntStream.range(0, count)
                        .mapToObj(i -> Samples.distribution(
                                "E" + i,
                                "d" + i,
                                c -> c.aliases(a -> a.items("www" + i + ".example.com", "img" + i + ".example.com"))
                                        .cacheBehaviors(b -> b.items(IntStream.range(0, 5)
                                                .mapToObj(j -> Samples.behavior(
                                                        "/" + j + "/*",
                                                        x -> x.originRequestPolicyId(
                                                                        "33f36d7e-f396-46d9-90e0-52428a34d9dc")
                                                                .responseHeadersPolicyId(
                                                                        "eaab4381-ed33-4a86-88ca-d9558dc6cd63")))
                                                .toList()))))
                        .toArray(DistributionResource[]::new))
                .snapshot();
    }

    @SuppressWarnings("deprecation")
    private static void withReversedTtls(DistributionConfig.Builder config) {
        config.defaultCacheBehavior(Samples.legacyBehavior(_ -> {}).toBuilder()
                .minTTL(100L)
                .defaultTTL(10L)
                .maxTTL(1L)
                .build());
    }

    private static void origin(DistributionConfig.Builder config, Consumer<Origin.Builder> change) {
        var origin = Samples.bucket("bucket", "pettracker-images.s3.amazonaws.com").toBuilder();
        change.accept(origin);
        config.origins(origins -> origins.items(origin.build()));
    }

    private static OriginAccess access(Snapshot snapshot) {
        Compilation compilation = COMPILER.compile(snapshot);
        assertEquals(List.of(), compilation.problems());
        return compilation
                .plan()
                .distributions()
                .getFirst()
                .behaviors()
                .getFirst()
                .origin()
                .access();
    }

    private static List<String> ids(Plan plan) {
        return plan.distributions().stream().map(Distribution::id).toList();
    }

    private static <T> List<T> shuffled(List<T> list, Random random) {
        var copy = new ArrayList<T>(list);
        Collections.shuffle(copy, random);
        return copy;
    }

    private static Arguments broken(String name, String reason, Consumer<DistributionConfig.Builder> change) {
        return Arguments.of(name, reason, change);
    }

    @Test
    void everyManagedPolicyCompiles() {
        Snapshot snapshot = Samples.snapshot();
        var catalog = new Catalog(snapshot);
        ManagedPolicies.cachePolicies()
                .forEach(p -> assertEquals(p.id(), catalog.cachePolicy(p.id()).id()));
        ManagedPolicies.originRequestPolicies().forEach(p -> catalog.originRequestPolicy(p.id()));
        ManagedPolicies.responseHeadersPolicies().forEach(p -> {
            var compiled = catalog.responseHeadersPolicy(p.id());
            assertTrue(!compiled.rules().isEmpty() || compiled.cors() != null, p.id());
        });
        assertTrue(Arrays.asList(7, 8, 5)
                .containsAll(List.of(
                        snapshot.cachePolicies().size(),
                        snapshot.originRequestPolicies().size(),
                        snapshot.responseHeadersPolicies().size())));
    }
}
