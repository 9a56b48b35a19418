package dev.perigee.app.architecture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class TestRulesTest {
    /** The test classes of every module, as compiled; app is built last, so the others are there. */
    private static JavaClasses tests() throws IOException {
        try (Stream<Path> modules =
                Files.list(Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()))) {
            List<Path> folders = modules.map(module -> module.resolve("target/test-classes"))
                    .filter(Files::isDirectory)
                    .toList();
            return new ClassFileImporter().importPaths(folders);
        }
    }

    private static JavaClasses allButOffenders() throws IOException {
        return tests().that(DescribedPredicate.describe(
                "not here to break a rule",
                type -> !type.getName().startsWith(TestRulesTest.class.getName() + "$Wrong")));
    }

    /** One test for all rules: reading the classes of every module takes longer than looking at them. */
    @Test
    void noTestSleepsOrIsDisabled() throws IOException {
        JavaClasses tests = allButOffenders();
        TestRules.NO_TEST_IS_DISABLED.check(tests);
        TestRules.NO_TEST_CLASS_IS_DISABLED.check(tests);
        TestRules.NO_TEST_SLEEPS.check(tests);
    }

    /** Not a test class for JUnit, which wants inner ones to be annotated or static ones to be found by name. */
    static final class WrongMember {
        private WrongMember() {}

        @Disabled("to show that the rule notices")
        void disabled() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    @Disabled("to show that the rule notices")
    static final class WrongClass {
        private WrongClass() {}
    }

    @Test
    void theRulesNotice() {
        var wrong = new ClassFileImporter().importClasses(WrongMember.class, WrongClass.class);
        assertTrue(TestRules.NO_TEST_IS_DISABLED.evaluate(wrong).hasViolation());
        assertTrue(TestRules.NO_TEST_CLASS_IS_DISABLED.evaluate(wrong).hasViolation());
        assertTrue(TestRules.NO_TEST_SLEEPS.evaluate(wrong).hasViolation());
    }
}
