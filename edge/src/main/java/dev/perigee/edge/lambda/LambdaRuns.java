package dev.perigee.edge.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.edge.log.FunctionLog;
import dev.perigee.lambda.EventContext;
import dev.perigee.lambda.Invalid;
import dev.perigee.lambda.LambdaEngine;
import dev.perigee.lambda.LambdaFailure;
import dev.perigee.lambda.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs Lambda functions for requests, and writes what they say to their logs. Safe for all threads. */
public final class LambdaRuns {
    private static final Logger LOG = LoggerFactory.getLogger(LambdaRuns.class);

    private final LambdaEngine engine;
    private final FunctionLog log;
    private final InstantSource clock;

    public LambdaRuns(LambdaEngine engine, FunctionLog log, InstantSource clock) {
        this.engine = engine;
        this.log = log;
        this.clock = clock;
    }

    /** Reads a result; throws what is wrong with it. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(JsonNode result) throws Invalid;
    }

    /** What came of a run. */
    public sealed interface Result<T> {
        record Good<T>(T value) implements Result<T> {}

        record Bad<T>(LambdaFailure failure) implements Result<T> {}
    }

    /**
     * Runs a function.
     *
     * @param then told once what came of it, on some thread; must not wait
     */
    public <T> void run(
            EdgeLambda function, EventContext context, byte[] event, Reader<T> reader, Consumer<Result<T>> then) {
        Duration timeout = Duration.ofSeconds(
                Math.min(function.timeoutSeconds(), context.event().timeoutSecondsMax()));
        engine.run(function, event, context.requestId(), timeout, outcome -> {
            Result<T> result;
            try {
                result = read(function, context, outcome, reader);
            } catch (RuntimeException e) {
                LOG.error("request {} failed after {}", context.requestId(), function.arn(), e);
                result = new Result.Bad<>(LambdaFailure.notRun());
            }
            then.accept(result);
        });
    }

    private <T> Result<T> read(EdgeLambda function, EventContext context, Outcome outcome, Reader<T> reader) {
        switch (outcome) {
            case Outcome.Returned(JsonNode result, var _, var _) -> {
                try {
                    T read = reader.read(result);
                    if (!outcome.logs().isEmpty()) note(function, context, outcome, List.of());
                    return new Result.Good<>(read);
                } catch (Invalid e) {
                    note(function, context, outcome, List.of("ERROR\tValidation error: " + e.text()));
                    return new Result.Bad<>(new LambdaFailure(LambdaFailure.Kind.VALIDATION, e.text()));
                }
            }
            case Outcome.Failed(Outcome.Reason reason, String type, String message, var trace, var _, var _) -> {
                List<String> error = new ArrayList<>();
                error.add("ERROR\t" + (type.isEmpty() ? message : type + ": " + message));
                error.addAll(trace);
                note(function, context, outcome, error);
                return new Result.Bad<>(LambdaFailure.of(reason));
            }
        }
    }

    private void note(EdgeLambda function, EventContext context, Outcome outcome, List<String> error) {
        List<String> lines = new ArrayList<>(outcome.logs());
        lines.addAll(error);
        lines.add(String.format(
                Locale.ROOT,
                "REPORT Version: %s Event: %s Duration: %.2f ms Memory Size: %d MB",
                function.version(),
                context.event().word(),
                outcome.nanos() / 1e6,
                function.memoryMegabytes()));
        log.add(function.name(), context.distributionId(), context.requestId(), clock.instant(), lines);
    }
}
