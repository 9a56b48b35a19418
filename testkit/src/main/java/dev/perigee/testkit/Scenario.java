package dev.perigee.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is a script with an edge in it. It may take a {@link ScenarioEdge} (serving one distribution of the
 * origin), the {@link ScriptedOrigin}, a {@link ScriptedViewer} and the {@link ManualClock}. Everything is closed after
 * it, and it fails when a thread, socket or buffer is left behind.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@Timeout(40)
@ExtendWith(ScenarioExtension.class)
public @interface Scenario {}
