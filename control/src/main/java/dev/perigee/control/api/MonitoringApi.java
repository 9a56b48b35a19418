package dev.perigee.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.access.Caller;
import dev.perigee.core.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The three protocols of CloudWatch: Smithy's RPC v2 with CBOR, which newer clients choose, AWS JSON 1.0, and AWS Query, with which
 * it began.
 */
final class MonitoringApi {
    static final String NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/";
    private static final String SERVICE = "GraniteServiceVersion20100801";
    private static final Pattern RPC = Pattern.compile("/service/" + SERVICE + "/operation/([A-Za-z]{1,64})");
    private static final String QUERY_ERROR = "x-amzn-query-error";

    /** Codes that had another name before there were the newer protocols. */
    private static final Map<String, String> QUERY_CODES = Map.of(
            "InvalidParameterValueException", "InvalidParameterValue",
            "InvalidParameterCombinationException", "InvalidParameterCombination",
            "MissingRequiredParameterException", "MissingParameter");

    private final Monitoring monitoring;

    MonitoringApi(Monitoring monitoring) {
        this.monitoring = monitoring;
    }

    /** A protocol of the service. */
    private enum Protocol {
        CBOR,
        JSON,
        QUERY
    }

    private static Protocol protocol(Fields headers) {
        String type = headers.first("Content-Type");
        if ("rpc-v2-cbor".equals(headers.first("Smithy-Protocol"))) return Protocol.CBOR;
        return type != null && type.startsWith("application/x-amz-json") ? Protocol.JSON : Protocol.QUERY;
    }

    /** What seems to be asked for; null when that cannot be told. */
    static @Nullable String operation(Call call) {
        Matcher path = RPC.matcher(call.path());
        if (path.matches()) return path.group(1);
        String target = call.headers().first("X-Amz-Target");
        return target == null || !target.startsWith(SERVICE + ".") ? null : target.substring(SERVICE.length() + 1);
    }

    Reply handle(Call call, Caller caller, Attempt attempt) throws Refused {
        Protocol protocol = protocol(call.headers());
        JsonNode input = switch (protocol) {
            case CBOR -> Cbor.read(call.body());
            case JSON -> Cbor.readJson(call.body());
            case QUERY -> QueryForm.read(form(call));
        };
        String operation = protocol == Protocol.QUERY ? input.path("Action").asText() : operation(call);
        if (operation == null || operation.isEmpty())
            throw new Refused("UnknownOperationException", "No operation of CloudWatch is named.");
        attempt.asks(operation);
        Permissions.check(caller, "monitoring", operation, Permissions.Parameters.NONE);
        ObjectNode output = monitoring.handle(operation, input);
        return switch (protocol) {
            case CBOR -> cbor(200, output, Fields.EMPTY);
            case JSON ->
                new Reply(200, Fields.of("Content-Type", "application/x-amz-json-1.0"), Cbor.writeJson(output));
            case QUERY -> Reply.xml(200, QueryForm.write(operation, output, NAMESPACE, attempt.requestId()));
        };
    }

    private static String form(Call call) {
        if (call.method().equals("POST")) return new String(call.body(), StandardCharsets.UTF_8);
        String query = call.query();
        return query == null ? "" : query;
    }

    private static Reply cbor(int status, ObjectNode document, Fields more) {
        Fields headers = more.toBuilder()
                .add("Content-Type", "application/cbor")
                .add("Smithy-Protocol", "rpc-v2-cbor")
                .build();
        return new Reply(status, headers, Cbor.write(document));
    }

    /** An error in the protocol that was spoken. */
    static Reply error(Refused refused, Fields headers, String requestId) {
        String old = QUERY_CODES.getOrDefault(refused.code(), refused.code());
        return switch (protocol(headers)) {
            case QUERY -> Reply.error(refused, old, NAMESPACE, requestId);
            case JSON -> {
                Reply json = JsonError.of(refused, "application/x-amz-json-1.0");
                yield new Reply(
                        json.status(),
                        json.headers().toBuilder()
                                .add(QUERY_ERROR, old + ";Sender")
                                .build(),
                        json.body());
            }
            case CBOR -> {
                ObjectNode document = JsonNodeFactory.instance
                        .objectNode()
                        .put("__type", "com.amazonaws.cloudwatch#" + refused.code())
                        .put("message", refused.text());
                yield cbor(refused.status(), document, Fields.of(QUERY_ERROR, old + ";Sender"));
            }
        };
    }
}
