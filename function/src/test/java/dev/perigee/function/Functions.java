package dev.perigee.function;

import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeFunction.JsRuntime;
import java.time.Duration;
import java.util.List;

/** Functions for tests, and events for them. */
final class Functions {
    static final String EVENT = """
            {"version":"1.0","context":{"eventType":"viewer-request"},"viewer":{"ip":"198.51.100.11"},
            "request":{"method":"GET","uri":"/a/","querystring":{},"headers":{"host":{"value":"h"}},"cookies":{}}}""";

    private Functions() {}

    static EdgeFunction old(String source) {
        return new EdgeFunction("old", JsRuntime.JS_1_0, source);
    }

    static EdgeFunction newer(String source) {
        return new EdgeFunction("newer", JsRuntime.JS_2_0, source);
    }

    static EdgeFunction body(String statements) {
        return newer("function handler(event) {" + statements + "}");
    }

    /** For tests of what functions do: none is stopped because the machine is busy, or because everything is still to be compiled. */
    static FunctionLimits limits() {
        return limits(Duration.ofSeconds(5), Duration.ofSeconds(60));
    }

    /** For tests of what stops them: the CPU time is the standard one, which a busy machine does not use up. */
    static FunctionLimits strict() {
        return limits(FunctionLimits.standard().runCpu(), Duration.ofSeconds(60));
    }

    static FunctionLimits limits(Duration runCpu, Duration reserve) {
        FunctionLimits standard = FunctionLimits.standard();
        return new FunctionLimits(
                runCpu,
                Duration.ofSeconds(10),
                standard.averageCpu(),
                reserve,
                standard.throttled(),
                2,
                standard.queueMax(),
                standard.isolatesMax(),
                standard.idle());
    }

    /** The result as text, or what is wrong. */
    static String run(FunctionEngine engine, EdgeFunction function) {
        return text(engine.await(function, EVENT, 1_700_000_000_000L, null));
    }

    static String text(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Returned returned -> returned.result().tree().toString();
            case Outcome.Failed failed -> failed.reason() + " " + failed.message();
        };
    }

    static List<String> logs(FunctionEngine engine, EdgeFunction function) {
        return engine.await(function, EVENT, 1_700_000_000_000L, null).logs();
    }
}
