package dev.perigee.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests their edge, origin, viewer and clock, and takes them back; {@link Scenario} uses it. */
public final class ScenarioExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ScenarioExtension.class);

    /** One scenario's cast. */
    private record Cast(ManualClock clock, ScriptedOrigin origin, ScenarioEdge edge) {
        static Cast assemble(ScenarioEdge.Speaks version) {
            ManualClock clock = new ManualClock();
            ScriptedOrigin origin = ScriptedOrigin.start(clock);
            ScenarioEdge edge = ScenarioEdge.start(clock);
            edge.speak(version);
            edge.serve(DistributionBuilder.distribution(origin));
            return new Cast(clock, origin, edge);
        }

        void dismiss() {
            origin.release();
            origin.resume();
            try {
                edge.close();
            } finally {
                origin.close();
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        BufferLeaks.watch();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        BufferLeaks.watch();
        context.getStore(NAMESPACE).put(Leftovers.class, Leftovers.before());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == ScenarioEdge.class
                || type == ScriptedOrigin.class
                || type == ScriptedViewer.class
                || type == ManualClock.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ScenarioEdge.Speaks version = version(context.getRequiredTestClass());
        Cast cast = context.getStore(NAMESPACE).computeIfAbsent(Cast.class, _ -> Cast.assemble(version), Cast.class);
        Class<?> type = parameter.getParameter().getType();
        if (type == ScenarioEdge.class) return cast.edge();
        if (type == ScriptedOrigin.class) return cast.origin();
        if (type == ManualClock.class) return cast.clock();
        return cast.edge().viewer();
    }

    private static ScenarioEdge.Speaks version(Class<?> test) {
        if (test.isAnnotationPresent(OverHttp2.class)) return ScenarioEdge.Speaks.HTTP_2;
        return test.isAnnotationPresent(OverHttp3.class) ? ScenarioEdge.Speaks.HTTP_3 : ScenarioEdge.Speaks.HTTP_1;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Cast cast = context.getStore(NAMESPACE).remove(Cast.class, Cast.class);
        if (cast == null) return;
        cast.dismiss();
        if (context.getExecutionException().isPresent()) return;
        assertEquals(List.of(), cast.origin().surprises(), "what reached the origin unexpectedly");
        Leftovers before = context.getStore(NAMESPACE).remove(Leftovers.class, Leftovers.class);
        if (before != null) before.expectNothingNew();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        BufferLeaks.provoke(() -> {
            Cast cast = Cast.assemble(ScenarioEdge.Speaks.HTTP_1);
            try {
                cast.origin().on("GET", "/").reply(200, Replies.body("x"));
                cast.edge().viewer().get("/").response();
            } finally {
                cast.dismiss();
            }
        });
        assertEquals(List.of(), BufferLeaks.take(), "buffers that nobody released");
    }
}
