package dev.perigee.control.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.LambdaApi.Answer;
import dev.perigee.control.api.LambdaApi.Question;
import dev.perigee.control.api.Refused;
import dev.perigee.core.http.Fields;
import dev.perigee.lambda.LambdaEngine;
import dev.perigee.lambda.Outcome;
import dev.perigee.lambda.RunLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Running a function to try it. */
final class LambdaInvocations {
    private static final int LOG_MAX = 4096;
    private static final int PAYLOAD_MAX = 6 << 20;
    private static final int SECONDS_BESIDE = 30;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final LambdaEngine engine;
    private final Settings settings;
    private final RunLog log;

    LambdaInvocations(LambdaEngine engine, Settings settings, RunLog log) {
        this.engine = engine;
        this.settings = settings;
        this.log = log;
    }

    Answer invoke(LambdaVersion version, Question question) throws Refused {
        if (question.body().length > PAYLOAD_MAX) {
            throw new Refused("RequestEntityTooLarge", "Request must be smaller than " + PAYLOAD_MAX + " bytes.");
        }
        byte[] event = LambdaInput.payload(question.body());
        String type = question.headers().first("X-Amz-Invocation-Type");
        return switch (type == null ? "RequestResponse" : type) {
            case "DryRun" -> new Answer(204, Fields.EMPTY, new byte[0]);
            case "Event" -> {
                run(version, event, UUID.randomUUID().toString());
                yield new Answer(202, Fields.EMPTY, new byte[0]);
            }
            case "RequestResponse" -> {
                String id = UUID.randomUUID().toString();
                boolean tail = "Tail".equals(question.headers().first("X-Amz-Log-Type"));
                yield answer(version, outcome(version, event, id), id, tail);
            }
            default -> throw new Refused("InvalidArgument", "The InvocationType " + type + " is not known.");
        };
    }

    /** What comes of running a function for somebody who waits. */
    Outcome outcome(LambdaVersion version, byte[] event, String id) throws Refused {
        return waited(run(version, event, id), version.timeout());
    }

    private CompletableFuture<Outcome> run(LambdaVersion version, byte[] event, String id) {
        var outcome = new CompletableFuture<Outcome>();
        engine.run(version.compiled(settings.accountId()), event, id, Duration.ofSeconds(version.timeout()), result -> {
            note(version, result, id);
            outcome.complete(result);
        });
        return outcome;
    }

    private void note(LambdaVersion version, Outcome outcome, String id) {
        List<String> lines = said(outcome);
        lines.add(String.format(
                Locale.ROOT, "REPORT Duration: %.2f ms Memory Size: %d MB", outcome.nanos() / 1e6, version.memory()));
        log.add(
                version.name(),
                "START Version: " + version.version() + " (invoked)",
                id,
                settings.clock().instant(),
                lines);
    }

    /** All that it wrote, and how it failed. */
    private static List<String> said(Outcome outcome) {
        List<String> lines = new ArrayList<>(outcome.logs());
        if (outcome instanceof Outcome.Failed failed) {
            lines.add("ERROR\t" + (failed.type().isEmpty() ? "" : failed.type() + ": ") + failed.message());
            lines.addAll(failed.trace());
        }
        return lines;
    }

    private static Outcome waited(CompletableFuture<Outcome> outcome, int timeout) throws Refused {
        try {
            return outcome.get(timeout + SECONDS_BESIDE, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new Refused("InternalFailure", "The function gave no answer.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused("InternalFailure", "The system is stopping.");
        }
    }

    private static Answer answer(LambdaVersion version, Outcome outcome, String id, boolean tail) throws Refused {
        Fields.Builder headers = Fields.builder(4).add("X-Amz-Executed-Version", version.version());
        byte[] body;
        switch (outcome) {
            case Outcome.Returned returned ->
                body = returned.result().toString().getBytes(UTF_8);
            case Outcome.Failed failed -> {
                if (failed.reason() == Outcome.Reason.THROTTLED) {
                    throw new Refused("TooManyRequestsException", failed.message());
                }
                headers.add("X-Amz-Function-Error", "Unhandled");
                body = error(failed, id, version.runtime()).toString().getBytes(UTF_8);
            }
        }
        if (tail) headers.add("X-Amz-Log-Result", log(version, outcome, id));
        return new Answer(200, headers.build(), body);
    }

    private static ObjectNode error(Outcome.Failed failed, String id, String runtime) {
        ObjectNode error = JSON.createObjectNode();
        if (!failed.type().isEmpty()) error.put("errorType", failed.type());
        String message = failed.reason() == Outcome.Reason.TIMED_OUT ? id + " " + failed.message() : failed.message();
        error.put("errorMessage", message);
        if (failed.trace().isEmpty()) return error;
        // Each language's runtime at AWS has its own word for it.
        ArrayNode trace = error.putArray(runtime.startsWith("python") ? "stackTrace" : "trace");
        failed.trace().forEach(trace::add);
        return error;
    }

    private static String log(LambdaVersion version, Outcome outcome, String id) {
        StringBuilder text = new StringBuilder("START RequestId: " + id + " Version: " + version.version() + "\n");
        for (String line : said(outcome)) text.append(line).append('\n');
        text.append("END RequestId: ").append(id).append('\n');
        text.append(String.format(
                Locale.ROOT,
                "REPORT RequestId: %s\tDuration: %.2f ms\tMemory Size: %d MB\n",
                id,
                outcome.nanos() / 1e6,
                version.memory()));
        byte[] octets = text.toString().getBytes(UTF_8);
        byte[] end =
                octets.length <= LOG_MAX ? octets : Arrays.copyOfRange(octets, octets.length - LOG_MAX, octets.length);
        return Base64.getEncoder().encodeToString(end);
    }
}
