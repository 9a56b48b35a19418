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
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
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
    private final String account;

    LambdaInvocations(LambdaEngine engine, String account) {
        this.engine = engine;
        this.account = account;
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
                yield answer(version, waited(run(version, event, id), version.timeout()), id, tail);
            }
            default -> throw new Refused("InvalidArgument", "The InvocationType " + type + " is not known.");
        };
    }

    private CompletableFuture<Outcome> run(LambdaVersion version, byte[] event, String id) {
        var outcome = new CompletableFuture<Outcome>();
        engine.run(version.compiled(account), event, id, Duration.ofSeconds(version.timeout()), outcome::complete);
        return outcome;
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
                body = error(failed, id).toString().getBytes(UTF_8);
            }
        }
        if (tail) headers.add("X-Amz-Log-Result", log(version, outcome, id));
        return new Answer(200, headers.build(), body);
    }

    private static ObjectNode error(Outcome.Failed failed, String id) {
        ObjectNode error = JSON.createObjectNode();
        if (!failed.type().isEmpty()) error.put("errorType", failed.type());
        String message = failed.reason() == Outcome.Reason.TIMED_OUT ? id + " " + failed.message() : failed.message();
        error.put("errorMessage", message);
        if (failed.trace().isEmpty()) return error;
        ArrayNode trace = error.putArray("trace");
        failed.trace().forEach(trace::add);
        return error;
    }

    private static String log(LambdaVersion version, Outcome outcome, String id) {
        StringBuilder text = new StringBuilder("START RequestId: " + id + " Version: " + version.version() + "\n");
        for (String line : outcome.logs()) text.append(line).append('\n');
        if (outcome instanceof Outcome.Failed failed) {
            text.append("ERROR\t")
                    .append(failed.type())
                    .append(' ')
                    .append(failed.message())
                    .append('\n');
            failed.trace().forEach(line -> text.append(line).append('\n'));
        }
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
