package dev.perigee.app.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.perigee.control.broken.ControlThatUsesNetty;
import dev.perigee.core.broken.CoreThatKnowsTheEdge;
import dev.perigee.core.broken.CoreThatOpensSockets;
import dev.perigee.edge.broken.EdgeThatKnowsControl;
import dev.perigee.lab.broken.BucketManager;
import dev.perigee.lab.broken.LabThatUsesTheAwsSdk;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModuleRulesTest {
    static Stream<ArchRule> rules() {
        return Stream.of(
                ModuleRules.CORE_IS_PURE,
                ModuleRules.CORE_HAS_NO_FILES,
                ModuleRules.WIRE_KNOWS_CORE_ONLY,
                ModuleRules.EDGE_KNOWS_NO_SIBLING,
                ModuleRules.FUNCTION_KNOWS_CORE_ONLY,
                ModuleRules.LAMBDA_KNOWS_CORE_ONLY,
                ModuleRules.V8_STAYS_WITH_FUNCTIONS,
                ModuleRules.CONTROL_KNOWS_NO_SIBLING,
                ModuleRules.LAB_KNOWS_NO_SIBLING,
                ModuleRules.NETTY_STAYS_IN_THE_EDGE,
                ModuleRules.AWS_SDK_STAYS_IN_CONTROL,
                ModuleRules.SQL_STAYS_IN_THE_STORES,
                ModuleRules.ANALYTICS_KNOWS_CORE_ONLY,
                ModuleRules.DUCKDB_STAYS_IN_ANALYTICS,
                ModuleRules.JETTY_STAYS_IN_ITS_SERVERS,
                ModuleRules.S3PROXY_STAYS_IN_THE_LAB,
                ModuleRules.BOUNCY_CASTLE_STAYS_WITH_THE_CA,
                ModuleRules.ACME4J_STAYS_WITH_ITS_CLIENT,
                ModuleRules.MAXMIND_DB_STAYS_WITH_PLACES,
                ModuleRules.KAFKA_STAYS_WITH_ITS_STREAM,
                ModuleRules.OPENTELEMETRY_STAYS_WITH_ITS_SENDER,
                ModuleRules.PICOCLI_STAYS_IN_THE_CLI,
                ModuleRules.NAMES_SAY_SOMETHING);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theTreeFollows(ArchRule rule) {
        rule.check(ModuleRules.PRODUCTION);
    }

    static Stream<Arguments> offenders() {
        return Stream.of(
                Arguments.of(ModuleRules.CORE_IS_PURE, CoreThatOpensSockets.class),
                Arguments.of(ModuleRules.CORE_IS_PURE, CoreThatKnowsTheEdge.class),
                Arguments.of(ModuleRules.EDGE_KNOWS_NO_SIBLING, EdgeThatKnowsControl.class),
                Arguments.of(ModuleRules.NETTY_STAYS_IN_THE_EDGE, ControlThatUsesNetty.class),
                Arguments.of(ModuleRules.AWS_SDK_STAYS_IN_CONTROL, LabThatUsesTheAwsSdk.class),
                Arguments.of(ModuleRules.NAMES_SAY_SOMETHING, BucketManager.class));
    }

    @ParameterizedTest
    @MethodSource("offenders")
    void theRuleNotices(ArchRule rule, Class<?> offender) {
        JavaClasses wrong = new ClassFileImporter().importClasses(offender);
        assertTrue(rule.evaluate(wrong).hasViolation(), () -> offender + " passes: " + rule.getDescription());
    }

    @Test
    void everyModuleIsLookedAt() {
        Set<String> modules = ModuleRules.PRODUCTION.stream()
                .map(type -> type.getPackageName().split("\\.", -1)[2])
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                Set.of("analytics", "app", "control", "core", "edge", "function", "lab", "lambda", "testkit", "wire"),
                modules);
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked = ModuleRules.PRODUCTION.stream()
                .map(type -> type.getPackage())
                .distinct()
                .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .toList();
        assertEquals(List.of(), unmarked);
    }

    @Test
    void testkitIsForTestsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.perigee.testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.perigee.testkit..")
                .check(ModuleRules.PRODUCTION);
    }

    @Test
    void packagesOfAppHaveNoCycles() {
        slices().matching("dev.perigee.app.(*)..").should().beFreeOfCycles().check(ModuleRules.PRODUCTION);
    }
}
