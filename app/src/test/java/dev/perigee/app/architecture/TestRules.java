package dev.perigee.app.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMembers;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What tests may not do. */
final class TestRules {
    // Every way that JUnit has of leaving a test out, whatever the condition.
    private static final DescribedPredicate<JavaAnnotation<?>> SWITCHES_OFF = DescribedPredicate.describe(
            "a switch that leaves tests out",
            annotation -> annotation.getRawType().getName().startsWith("org.junit.jupiter.api.Disabled")
                    || annotation.getRawType().getName().equals("org.junit.Ignore"));

    static final ArchRule NO_TEST_IS_DISABLED =
            noMembers().should().beAnnotatedWith(SWITCHES_OFF).because("a disabled test is a test that fails unseen");

    static final ArchRule NO_TEST_CLASS_IS_DISABLED =
            noClasses().should().beAnnotatedWith(SWITCHES_OFF).because("a disabled test is a test that fails unseen");

    static final ArchRule NO_TEST_SLEEPS = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", Duration.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class)
            .because("a test waits for what it wants to see, not for a time that was enough on one machine");

    private TestRules() {}
}
