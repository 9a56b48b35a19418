package dev.perigee.control.api;

import dev.perigee.control.access.Caller;
import dev.perigee.control.api.KeyApi.Answer;
import dev.perigee.control.api.KeyApi.Operation;
import dev.perigee.control.api.KeyApi.Question;
import dev.perigee.core.http.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The service {@code cloudfront-keyvaluestore}, whose protocol is rest-json: the data of stores that CloudFront's API manages. */
final class KeyValues {
    static final String SERVICE = "cloudfront-keyvaluestore";
    private static final String JSON = "application/json";

    /** What this service calls the errors that other services have too, and with which status. */
    private static final Map<String, Named> NAMES = Map.ofEntries(
            Map.entry("EntityNotFound", new Named("ResourceNotFoundException", 404)),
            Map.entry("InvalidArgument", new Named("ValidationException", 400)),
            Map.entry("InvalidIfMatchVersion", new Named("ValidationException", 400)),
            Map.entry("PreconditionFailed", new Named("ConflictException", 409)),
            Map.entry("EntitySizeLimitExceeded", new Named("ServiceQuotaExceededException", 402)),
            Map.entry("AccessDenied", new Named("AccessDeniedException", 403)),
            Map.entry("InvalidClientTokenId", new Named("UnrecognizedClientException", 403)),
            Map.entry("SignatureDoesNotMatch", new Named("InvalidSignatureException", 403)),
            Map.entry("IncompleteSignature", new Named("IncompleteSignatureException", 403)),
            Map.entry("MissingAuthenticationToken", new Named("MissingAuthenticationTokenException", 403)),
            Map.entry("NotImplemented", new Named("UnknownOperationException", 404)),
            Map.entry("InternalFailure", new Named("InternalServerException", 500)));

    private final KeyApi keys;

    private record Named(String code, int status) {}

    KeyValues(KeyApi keys) {
        this.keys = keys;
    }

    Reply handle(Call call, Caller caller, Attempt attempt) throws Refused {
        Question question = question(call);
        attempt.asks(question.operation().word);
        attempt.on(question.storeArn());
        Permissions.check(caller, SERVICE, question.operation().word, Permissions.Parameters.NONE);
        Answer answer = keys.handle(question);
        Fields headers = answer.etag() == null
                ? Fields.of("Content-Type", JSON)
                : Fields.of("Content-Type", JSON, "ETag", answer.etag());
        return new Reply(200, headers, answer.json());
    }

    /** Stands in the path: {@code /key-value-stores/ARN}, {@code …/keys} and {@code …/keys/KEY}. */
    private static Question question(Call call) throws Refused {
        String[] parts = call.path().split("/", -1);
        boolean known = parts.length >= 3
                && parts.length <= 5
                && parts[1].equals("key-value-stores")
                && !parts[2].isEmpty()
                && (parts.length < 4 || parts[3].equals("keys"));
        Operation operation = known ? operation(call.method(), parts.length) : null;
        if (operation == null) {
            throw new Refused("NotImplemented", "There is no operation " + call.method() + " " + call.path() + ".");
        }
        Map<String, String> query = call.parameters();
        return new Question(
                operation,
                Call.decodePart(parts[2]),
                parts.length == 5 ? Call.decodePart(parts[4]) : null,
                call.headers().first("If-Match"),
                query.get("NextToken"),
                query.get("MaxResults"),
                call.body());
    }

    private static @Nullable Operation operation(String method, int parts) {
        return switch (method + parts) {
            case "GET3" -> Operation.DESCRIBE;
            case "GET4" -> Operation.LIST;
            case "POST4" -> Operation.UPDATE;
            case "GET5" -> Operation.GET;
            case "PUT5" -> Operation.PUT;
            case "DELETE5" -> Operation.DELETE;
            default -> null;
        };
    }

    /** The name of the operation, as far as the path tells. */
    static String operationOf(Call call) {
        try {
            return question(call).operation().word;
        } catch (Refused unknown) {
            return call.method();
        }
    }

    static Reply error(Refused refused) {
        Named named = NAMES.getOrDefault(refused.code(), new Named(refused.code(), refused.status()));
        Fields headers = Fields.of("Content-Type", JSON, "x-amzn-ErrorType", named.code());
        return new Reply(named.status(), headers, JsonError.body("Message", refused.text()));
    }
}
