package dev.perigee.control.api;

import dev.perigee.control.access.Caller;
import dev.perigee.control.api.LambdaApi.Answer;
import dev.perigee.control.api.LambdaApi.Operation;
import dev.perigee.control.api.LambdaApi.Question;
import dev.perigee.core.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The service {@code lambda}, whose protocol is rest-json, as far as Lambda@Edge needs it. */
final class Lambdas {
    static final String SERVICE = "lambda";
    static final String PREFIX = "/2015-03-31/functions";
    /** A package of 50 MB in base64, and what stands beside it. */
    static final int BODY_BYTES_MAX = 72 << 20;

    private static final String JSON = "application/json";

    /** What this service calls the errors that other services have too, and with which status. */
    private static final Map<String, Named> NAMES = Map.ofEntries(
            Map.entry("EntityNotFound", new Named("ResourceNotFoundException", 404)),
            Map.entry("EntityAlreadyExists", new Named("ResourceConflictException", 409)),
            Map.entry("InvalidArgument", new Named("InvalidParameterValueException", 400)),
            Map.entry("PreconditionFailed", new Named("PreconditionFailedException", 412)),
            Map.entry("RequestEntityTooLarge", new Named("RequestEntityTooLargeException", 413)),
            Map.entry("AccessDenied", new Named("AccessDeniedException", 403)),
            Map.entry("InvalidClientTokenId", new Named("UnrecognizedClientException", 403)),
            Map.entry("SignatureDoesNotMatch", new Named("InvalidSignatureException", 403)),
            Map.entry("IncompleteSignature", new Named("IncompleteSignatureException", 403)),
            Map.entry("MissingAuthenticationToken", new Named("MissingAuthenticationTokenException", 403)),
            Map.entry("NotImplemented", new Named("UnknownOperationException", 404)),
            Map.entry("InternalFailure", new Named("ServiceException", 500)));

    private final @Nullable LambdaApi functions;

    private record Named(String code, int status) {}

    /** @param functions null where there are none */
    Lambdas(@Nullable LambdaApi functions) {
        this.functions = functions;
    }

    Reply handle(Call call, Caller caller, Attempt attempt) throws Refused {
        Question question = question(call);
        attempt.asks(question.operation().word);
        if (!question.name().isEmpty()) attempt.on(question.name());
        Permissions.check(caller, SERVICE, question.operation().word, Permissions.Parameters.NONE);
        if (functions == null) throw new Refused("NotImplemented", "There are no Lambda functions here.");
        Answer answer = functions.handle(question);
        Fields headers = answer.headers().toBuilder().set("Content-Type", JSON).build();
        return new Reply(answer.status(), headers, answer.body());
    }

    private static Question question(Call call) throws Refused {
        String[] parts = call.path().split("/", -1);
        int count = parts.length > 1 && parts[parts.length - 1].isEmpty() ? parts.length - 1 : parts.length;
        String kind = count > 2 ? parts[1] + " " + parts[2] : "";
        String part = count > 4 ? parts[4] : "";
        Operation operation = kind.equals("2015-03-31 functions")
                ? operation(call.method(), count - 2, part)
                : later(call.method(), count - 2, kind, part);
        if (operation == null) {
            checkUnbuilt(parts, count);
            throw new Refused("NotImplemented", "There is no operation " + call.method() + " " + call.path() + ".");
        }
        return new Question(
                operation,
                count > 3 ? Call.decodePart(parts[3]) : "",
                count > 5 ? Call.decodePart(parts[5]) : "",
                call.parameters(),
                call.repeated("tagKeys"),
                call.headers(),
                call.body());
    }

    private static @Nullable Operation operation(String method, int parts, String part) {
        return switch (method + " " + parts + " " + part) {
            case "POST 1 " -> Operation.CREATE;
            case "GET 1 " -> Operation.LIST;
            case "GET 2 " -> Operation.GET;
            case "DELETE 2 " -> Operation.DELETE;
            case "PUT 3 code" -> Operation.UPDATE_CODE;
            case "GET 3 configuration" -> Operation.GET_CONFIGURATION;
            case "PUT 3 configuration" -> Operation.UPDATE_CONFIGURATION;
            case "POST 3 versions" -> Operation.PUBLISH;
            case "GET 3 versions" -> Operation.LIST_VERSIONS;
            case "POST 3 policy" -> Operation.ADD_PERMISSION;
            case "GET 3 policy" -> Operation.GET_POLICY;
            case "DELETE 4 policy" -> Operation.REMOVE_PERMISSION;
            case "POST 3 invocations" -> Operation.INVOKE;
            case "POST 3 aliases" -> Operation.CREATE_ALIAS;
            case "GET 3 aliases" -> Operation.LIST_ALIASES;
            case "GET 4 aliases" -> Operation.GET_ALIAS;
            case "PUT 4 aliases" -> Operation.UPDATE_ALIAS;
            case "DELETE 4 aliases" -> Operation.DELETE_ALIAS;
            default -> null;
        };
    }

    /** What tools may well ask for, and why it is not there. */
    private static void checkUnbuilt(String[] parts, int count) throws Refused {
        switch (count > 2 ? parts[2] : "") {
            case "layers" -> throw new Refused("InvalidArgument", "Functions of Lambda@Edge cannot have layers.");
            case "event-source-mappings" ->
                throw new Refused("InvalidArgument", "Functions of Lambda@Edge cannot have event source mappings.");
            default -> {}
        }
        switch (count == 5 ? parts[4] : "") {
            case "concurrency", "provisioned-concurrency" ->
                throw new Refused("InvalidArgument", "Functions of Lambda@Edge cannot have concurrency of their own.");
            case "event-invoke-config" ->
                throw new Refused("InvalidArgument", "Functions of Lambda@Edge cannot have destinations or retries.");
            default -> {}
        }
    }

    /** What came to the API later has later dates. */
    private static @Nullable Operation later(String method, int parts, String kind, String part) {
        return switch (method + " " + parts + " " + kind + " " + part) {
            case "GET 2 2017-03-31 tags " -> Operation.LIST_TAGS;
            case "POST 2 2017-03-31 tags " -> Operation.TAG;
            case "DELETE 2 2017-03-31 tags " -> Operation.UNTAG;
            case "POST 3 2021-10-31 functions url" -> Operation.CREATE_URL;
            case "GET 3 2021-10-31 functions url" -> Operation.GET_URL;
            case "PUT 3 2021-10-31 functions url" -> Operation.UPDATE_URL;
            case "DELETE 3 2021-10-31 functions url" -> Operation.DELETE_URL;
            case "GET 3 2021-10-31 functions urls" -> Operation.LIST_URLS;
            case "GET 3 2019-09-30 functions concurrency" -> Operation.GET_CONCURRENCY;
            case "GET 3 2020-06-30 functions code-signing-config" -> Operation.GET_CODE_SIGNING;
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
        String message = new String(JsonError.body("Message", refused.text()), StandardCharsets.UTF_8);
        String body = "{\"Type\":\"" + (named.status() < 500 ? "User" : "Service") + "\"," + message.substring(1);
        return new Reply(named.status(), headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
